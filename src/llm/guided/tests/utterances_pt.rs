//! O que significam as mensagens em português.

use crate::base::language::Language::Pt;
use crate::llm::guided::tests::shop::{after_cart, after_list, after_shirt, check};

#[test]
fn portuguese_opening_messages() {
    check(
        Pt,
        &[],
        &[
            ("oi", "greeting"),
            ("Olá, bom dia", "greeting"),
            ("oiii tudo bem?", "howareyou"),
            ("você é um robô?", "automatic"),
            ("o que você faz?", "abilities"),
            ("ajuda", "abilities"),
            ("vc fala inglês?", "languages"),
            ("procuro tênis vermelho tamanho 38", "asked tênis vermelho tamanho 38"),
            ("oi, vcs tem mochila?", "asked mochila"),
            ("quero uma bolsa até 100 reais", "asked bolsa [..100.00]"),
            ("algo entre R$ 50 e R$ 80,50", "asked [50.00..80.50]"),
            ("um presente pra minha mãe", "asked presente mãe"),
            ("jaquetas", "asked jaquetas"),
            ("quanto custa a jaqueta?", "asked jaqueta"),
            ("o que vocês vendem?", "everything"),
            ("manda o catálogo", "everything"),
            ("quero falar com uma pessoa", "person"),
            ("atendente", "person"),
            ("me passa pra um vendedor por favor", "person"),
            ("cadê meu pedido?", "orders"),
            ("onde esta meu pedio 1042", "orders 1042"),
            ("quando chega minha encomenda", "orders"),
            ("já paguei", "orders"),
            ("vocês entregam em Recife?", "policy shipping"),
            ("quanto é o frete?", "policy shipping"),
            ("posso trocar se não servir?", "policy returns"),
            ("que horas vocês fecham?", "policy hours"),
            ("aceita pix?", "policy payment"),
            ("como posso pagar?", "policy payment"),
            ("onde fica a loja?", "policy about"),
            ("quero cancelar meu pedido", "service"),
            ("preciso da nota fiscal", "service"),
            ("chegou quebrado", "person"),
            ("me cobraram duas vezes", "person"),
            ("tem desconto?", "discount"),
            ("tenho um cupom", "couponwithoutcode"),
            ("o código é bemvindo5", "code BEMVINDO5"),
            ("OLA10", "code? OLA10"),
            ("seu lixo", "insult"),
            ("sdfghjkl", "unclear"),
            ("obg", "thanks"),
            ("tchau, até mais", "goodbye"),
            ("o que tem no carrinho?", "viewcart"),
            ("quero pagar", "pay"),
            ("João da Silva, Rua das Flores 123, São Paulo, 01310-100", "deliver all"),
            ("vou pensar", "wait"),
            ("quanto custa?", "whichproduct"),
        ],
    );
}

#[test]
fn portuguese_messages_after_a_list() {
    check(
        Pt,
        &after_list(Pt),
        &[
            ("o segundo", "show moon"),
            ("o 2", "show moon"),
            ("2", "show moon"),
            ("a terceira", "show north"),
            ("o último", "show north"),
            ("quero o segundo", "add 1 moon"),
            ("me vê 2 da caneca", "add 2 moon"),
            ("o preto", "show north"),
            ("camisa sol", "show sun"),
            ("vou levar o boné", "add 1 north"),
            ("quanto custa a caneca?", "price of moon"),
            ("tem algo mais barato?", "cheaper sun [..119.99]"),
            ("muito caro", "cheaper sun [..119.99]"),
            ("tem outros modelos?", "more sun [250.01..]"),
            ("até 150", "asked sun [..150.00]"),
            ("vocês tem guarda-chuva?", "asked guarda-chuva"),
            ("quero esse", "whichproduct"),
        ],
    );
}

#[test]
fn portuguese_messages_about_the_product_in_view() {
    check(
        Pt,
        &after_shirt(Pt),
        &[
            ("quero esse", "add 1 sun"),
            ("vou levar", "add 1 sun"),
            ("a azul", "add 1 sun"),
            ("2 da azul em M", "add 2 sun"),
            ("quero três no vermelho", "add 3 sun"),
            ("de que material é?", "material of sun"),
            ("quais tamanhos tem?", "sizes of sun"),
            ("tem em verde?", "stock of sun"),
            ("como lava?", "care of sun"),
            ("quanto custa?", "price of sun"),
            ("é impermeável?", "aboutit of sun"),
            ("vem com capuz?", "aboutit of sun"),
            ("quero mais informações", "details of sun"),
            ("tem em estoque?", "stock of sun"),
            ("me mostra guarda-chuva", "asked guarda-chuva"),
        ],
    );
}

#[test]
fn portuguese_messages_about_the_cart() {
    check(
        Pt,
        &after_cart(Pt),
        &[
            ("pagar", "agree"),
            ("manda o link", "agree"),
            ("pode fechar", "agree"),
            ("muda para 3", "set 3"),
            ("deixa só 1", "set 1"),
            ("tira a camisa", "remove"),
            ("esvazia o carrinho", "emptycart"),
            ("mais um", "another"),
            ("cupom BEMVINDO5", "code BEMVINDO5"),
            ("tira o cupom", "removecoupon"),
            ("quanto deu?", "viewcart"),
            ("ainda não", "declined"),
            ("melhor em vermelho", "add 2 sun instead"),
        ],
    );
}
