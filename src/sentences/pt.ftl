### Frases para clientes em português do Brasil, com você, como escreve um bom vendedor no chat.
### Os atributos (.b, .c) são outros jeitos de dizer o mesmo, com os mesmos argumentos.

introduction = Oi! Sou o assistente da loja { $shop }. Pode me perguntar sobre qualquer produto e, se preferir falar com alguém da equipe, escreva "pessoa".
receipt =
    Pagamento recebido, obrigado! 🎉 Pedido #{ $number }:
    { $lines }
    Total pago: { $total }
receipt-asks-delivery =
    Pagamento recebido, obrigado! 🎉 Pedido #{ $number }:
    { $lines }
    Total pago: { $total }

    Para onde a gente envia? Me escreva o nome de quem vai receber e o endereço completo com a cidade.
voucher-pending = Seu pedido #{ $number } de { $total } está reservado. Assim que o pagamento cair, eu aviso por aqui.
payment-failed = O pagamento do pedido #{ $number } não passou e nada foi cobrado. Quer tentar de novo? Posso mandar um link novo.
pay-page-expired = O link de pagamento do pedido #{ $number } expirou e nada foi cobrado. Ainda quer? Posso mandar um link novo.
refunded = Seu reembolso do pedido #{ $number } está a caminho: { $amount } no total.
person-called = Pronto, já chamei alguém da equipe. A resposta vem por aqui mesmo 🙌
closed-now = Agora estamos fechados: a resposta vem quando abrirmos.
cannot-see = Ainda não consigo ver fotos nem vídeos, desculpe! Me conta em palavras o que você procura?
cannot-hear = Ainda não consigo ouvir áudios, desculpe! Pode escrever para mim?
cannot-open = Não consigo abrir isso por aqui, desculpe! Pode escrever para mim?
sticker = 😄 Me diga o que você procura e eu ajudo a encontrar.

label-pay = Pagar
label-list = Ver opções
label-options = Escolher
label-person = Falar com alguém
label-keep-looking = Continuar vendo
label-total = Total
label-from = a partir de

# Lines of the pay page.
charge-shipping = Frete
charge-tax = Impostos
charge-deposit = Sinal

page-paid = Obrigado!
page-paid-text = Assim que o pagamento entrar, o recibo chega no chat.
page-not-paid = Ainda não foi pago
page-not-paid-text = Nada foi cobrado. Seu carrinho continua lá: é só seguir no chat quando quiser.
page-back = Voltar para o chat

# The introduction, which says hello, stands before it.
greeting = O que você está procurando? 👋
    .b = O que você gostaria de ver? 👋
    .c = Como posso ajudar? 👋
greeting-again = Oi de novo! Como posso ajudar?
    .b = Oi! Me diga, do que você precisa?
how-are-you = Tudo ótimo por aqui, obrigado por perguntar! O que você está procurando?
automatic = Sou o assistente automático da loja { $shop }. Se preferir falar com uma pessoa, escreva "pessoa" que eu chamo alguém.
abilities = Posso procurar produtos, tirar suas dúvidas, montar seu carrinho, aplicar um cupom, mandar o link de pagamento e ver seus pedidos. O que você está procurando? Se preferir falar com alguém, escreva "pessoa".
languages = Claro! Falo português, inglês e espanhol.
welcome = De nada! 😊
    .b = Imagina! Estou por aqui se precisar.
    .c = Por nada!
goodbye = Até mais! Obrigado pela visita 👋
    .b = Tchau! Me chama quando quiser.
acknowledged = Ótimo! Estou por aqui se precisar de mais alguma coisa.
    .b = Perfeito 👍
take-your-time = Sem pressa, fico esperando.
anything-else = Tudo bem. Posso ajudar em mais alguma coisa?
    .b = Sem problema. O que mais posso procurar para você?
calm = Sinto muito que a experiência não tenha sido boa. Quero ajudar a resolver.
not-yet = Ainda não cheguei ao resto da sua mensagem: mande de novo e continuamos por ali.
cannot-do = Isso eu não consigo fazer por aqui, desculpe.
for-team = Obrigado! A equipe pode ler aqui mesmo.
card-declined = Se o seu cartão foi recusado, tente de novo ou com outro; o seu banco pode dizer por quê.
not-understood = Desculpe, não entendi. Posso procurar produtos, mostrar seu carrinho, cuidar do pagamento ou ver um pedido. Do que você precisa?
    .b = Hmm, acho que não entendi bem. Me diga em poucas palavras o que você procura, por exemplo o produto e o tamanho.
not-understood-again = Desculpe, ainda não entendi.
offer-person = Quer que eu chame alguém da equipe?
    .b = Prefere falar com alguém da equipe?
needs-person = Quem cuida disso é alguém da equipe.
policy-unknown = Não tenho essa informação aqui e não quero inventar.
safe = Prefiro não dizer nada que não seja exato. Me diga de qual produto ou pedido você está falando que eu confiro, ou escreva "pessoa" para falar com a equipe.
safe-products = Olha o que encontrei:
safe-cart = Seu carrinho está assim agora:

found = { $count ->
    [one] Encontrei este:
   *[other] Encontrei estes { $count }:
}
    .b = { $count ->
    [one] Olha, temos este:
   *[other] Olha, temos estes { $count }:
}
    .c = { $count ->
    [one] Acho que você vai gostar deste:
   *[other] Acho que você vai gostar destes { $count }:
}
found-closest = Exatamente isso eu não tenho, mas estes chegam perto:
found-other-prices = Nessa faixa de preço não tenho, mas olha estes:
found-cheaper = { $count ->
    [one] Este sai mais em conta:
   *[other] Estes { $count } saem mais em conta:
}
product-line = { $place }. { $title }: { $price }
product-line-from = { $place }. { $title }: a partir de { $price }
product-line-sold-out = { $place }. { $title }: esgotado no momento
ask-which = De qual você gostou? Pode mandar só o número.
    .b = Gostou de algum? É só me mandar o número.
nothing-found = Não encontrei "{ $query }". Pode descrever de outro jeito ou me dizer para que é?
nothing-more = É tudo o que tenho nessa linha. Vamos procurar outra coisa? Me diga o que você tem em mente.
nothing-cheaper = É o menor preço que tenho em algo assim. Se você tiver um código de cupom, escreva aqui que eu confiro.
discount = Se você tiver um código de cupom, escreva aqui que eu confiro.
offer-cheaper = Quer que eu procure algo mais em conta?
offer = Posso fazer { $title } por { $price } cada. Fechado?
last-offer = { $price } cada é o mais baixo que consigo em { $title }. Quer levar por esse preço?
offer-with = O preço de { $title } fica em { $price } cada, mas posso incluir { $extra }. Fechado?
last-offer-with = { $price } cada com { $extra } é o melhor que consigo em { $title }. Quer levar assim?
extra-free-shipping = frete grátis
extra-gift = { $title } de presente
extra-bundle = { $title } por apenas { $price }
offer-agreed-with = Fechado: { $price } cada, com { $extra }. 🤝
offer-agreed = Fechado: { $price } cada. 🤝
offer-set-aside = Fechado: { $price } cada. Mas veja: pelo preço normal o pedido inteiro sai por menos, então deixei assim.
ask-coupon = Claro, qual é o código?
nothing-in-view = De qual produto você está falando? Me diga o nome ou o que procura.

product = { $title }: { $price }
product-from = { $title }: a partir de { $price }
option-line = { $option }: { $values }
ask-option = Em qual { $option } você quer? Tem { $values }.
    .b = Só falta saber { $option }: { $values }.
ask-variant = Qual você prefere?
    .b = Me diga qual e eu coloco no carrinho.
ask-add = Coloco no seu carrinho?
    .b = Posso colocar no carrinho?
sold-out = { $title } está esgotado no momento. Procuro algo parecido?
stated = { $title } — { $name }: { $value }
described = É isto que a loja diz sobre { $title }: "{ $text }"
not-stated = Essa informação não consta em { $title } e não quero inventar.
price-is = { $item } custa { $price }.
price-from = { $item }: a partir de { $price }.
price-before = Antes: { $price }.
in-stock = Sim, { $item } está disponível ✅
in-stock-left = { $count ->
    [one] Sim, tem { $count } de { $item } ✅
   *[other] Sim, ainda tem { $count } de { $item } ✅
}
out-of-stock = { $item } está esgotado no momento.
no-such-option = Essa opção eu não tenho. Tem { $values }.
no-options = { $title } vem em uma única versão.
no-such-choice = { $title } não tem opção em { $value }.
ask-add-item = Coloco { $item } no seu carrinho?
price-needs-option = Sobre o preço: primeiro me diga qual você quer.
price-each = { $item } custa { $price } cada. Coloco { $count } no seu carrinho e mostro o total?
price-each-in-cart = { $item } custa { $price } cada. Escreva "muda para { $count }" e eu mostro o total.
cannot-compare = Comparar eu não consigo, mas isto é o que a loja diz de cada um:
cheapest-is = O menor preço é o de { $title }: { $price }.
cost-the-same = Custam o mesmo: { $price }.
without-those = Sem essa opção, tenho isto:
offer-needs-more = Por esse preço não consigo com tão poucas peças. Diga quantas você levaria e vejo o que dá para fazer.

added = Pronto, já está no seu carrinho 🛒
    .b = Adicionado! 🛒
changed = Pronto, já mudei:
removed = Pronto, já tirei:
cart = Este é o seu carrinho:
    .b = Isto é o que você escolheu até agora:
no-longer-sold = Não está mais à venda e ficou fora do seu carrinho: { $titles }.
cart-empty = Seu carrinho está vazio. O que você está procurando?
cart-emptied = Pronto, esvaziei seu carrinho. Procuro outra coisa?
quote-line = { $count } × { $title }: { $amount }
quote-discount = Desconto: −{ $amount }
quote-discount-code = Cupom { $code }: −{ $amount }
quote-discount-percent = Desconto ({ $percent }): −{ $amount }
quote-discount-code-percent = Cupom { $code } ({ $percent }): −{ $amount }
quote-shipping = Frete: { $amount }
quote-shipping-free = Frete: grátis
quote-tax = Impostos ({ $rate }): { $amount }
quote-taxes = Impostos: { $amount }
quote-total = Total: { $total }
free-shipping-in = Faltam { $amount } para o frete sair grátis.
ask-pay = Quer pagar agora ou continuar vendo?
    .b = Vamos fechar ou quer continuar vendo?
ask-which-line = Qual deles? Me diga o número ou o nome.
ask-how-many = Quantos você quer?
coupon-applied = Seu cupom { $code } já está valendo ✅
coupon-removed = Já tirei o cupom:
coupon-unknown = Não encontro o cupom { $code }. Confere para mim como se escreve?
coupon-minimum = O cupom { $code } pede uma compra maior que esta.
coupon-minimum-of = O cupom { $code } vale a partir de { $minimum }.
coupon-expired = O cupom { $code } já expirou, sinto muito.
coupon-used-up = O cupom { $code } já se esgotou, sinto muito.
coupon-not-yet = O cupom { $code } ainda não está valendo.
coupon-already-used = Você já usou o cupom { $code }.
coupon-not-for-this = O código { $code } não serve para o que está no carrinho ou não vale para este pedido.
coupon-needs-cart = Primeiro vamos colocar algo no carrinho e depois eu tento o cupom { $code }. O que você está procurando?
coupon-none = Seu carrinho não tem nenhum cupom.
refused-out-of-stock = Sinto muito, desse não tem mais o suficiente.
refused-only-left = { $count ->
    [one] Sinto muito, só tem { $count } de { $item }.
   *[other] Sinto muito, só tem { $count } de { $item }.
}
refused-too-many = É mais do que consigo colocar em um pedido por aqui.
refused-no-such = Esse eu não encontro mais na loja.
refused = Não consegui fazer isso agora.
quote-changed = Alguma coisa mudou desde que mostrei o total, dá mais uma olhada por favor:
checkout-ready = Seu pedido #{ $number } está pronto: { $total }. Toque no botão para pagar na página segura; assim que o pagamento cair eu confirmo por aqui.

order-awaiting = O pedido #{ $number } de { $total } está esperando o pagamento.
order-pending = O pagamento do pedido #{ $number } está em processamento.
order-paid = O pedido #{ $number } está pago ✅
order-failed = O pagamento do pedido #{ $number } não passou.
order-expired = O link de pagamento do pedido #{ $number } expirou sem ser pago.
order-replaced = O pedido #{ $number } foi fechado porque o carrinho mudou; nada foi cobrado.
order-partly-refunded = Pedido #{ $number }: { $amount } já foram devolvidos a você.
order-refunded = O pedido #{ $number } já foi reembolsado: { $amount }.
order-in-review = Alguém da equipe está olhando o pedido #{ $number }.
order-delivery-known = A equipe já tem seus dados de entrega.
no-orders = Ainda não vejo pedidos feitos por este chat.
no-such-order = Não encontro um pedido com esse número neste chat. Pode conferir?
offer-fresh-link = Quer que eu gere um link de pagamento novo?
ask-delivery = Para onde a gente envia? Me escreva o nome de quem vai receber e o endereço completo com a cidade.
ask-delivery-missing = Quase lá! Só falta { $parts }.
delivery-saved = Anotado, vamos usar estes dados: { $details }
part-name = o nome de quem vai receber
part-address = a rua com número
part-city = a cidade
and = { $left } e { $right }
