//! Qué significan los mensajes en español.

use crate::base::language::Language::Es;
use crate::llm::guided::tests::shop::{after_cart, after_list, after_shirt, check};

#[test]
fn spanish_opening_messages() {
    check(
        Es,
        &[],
        &[
            ("hola", "greeting"),
            ("Holaaa buenas tardes", "greeting"),
            ("hola qué tal, cómo estás?", "howareyou"),
            ("eres un robot?", "automatic"),
            ("qué puedes hacer", "abilities"),
            ("ayuda", "abilities"),
            ("hablas inglés?", "languages"),
            ("busco tenis rojos talla 27", "asked tenis rojos talla 27"),
            ("kiero unos tenis rojos", "asked tenis rojos"),
            ("hola, tienen mochilas para niña?", "asked mochilas niña"),
            ("algo para mi sobrina entre 200 y 500", "asked sobrina [200.00..500.00]"),
            ("Busco un regalo para mi madre", "asked regalo madre"),
            ("quiero algo de menos de 300 pesos", "asked [..300.00]"),
            ("chamarras", "asked chamarras"),
            ("cuánto cuestan las uvas?", "asked uvas"),
            ("qué venden?", "everything"),
            ("me pasas el catálogo", "everything"),
            ("quiero hablar con una persona", "person"),
            ("asesor", "person"),
            ("me comunicas con el encargado porfa", "person"),
            ("dónde está mi pedido?", "orders"),
            ("donde esta mi pedidio 1042", "orders 1042"),
            ("cuándo llega mi paquete", "orders"),
            ("ya pagué", "orders"),
            ("hacen envíos a Guadalajara?", "policy shipping"),
            ("cuánto cuesta el envío", "policy shipping"),
            ("puedo devolverlo si no me queda?", "policy returns"),
            ("a qué hora cierran?", "policy hours"),
            ("aceptan tarjeta?", "policy payment"),
            ("cómo puedo pagar?", "policy payment"),
            ("dónde están ubicados?", "policy about"),
            ("quiero cancelar mi pedido", "service"),
            ("necesito factura", "service"),
            ("me llegó roto", "person"),
            ("me cobraron dos veces", "person"),
            ("tienen descuento?", "discount"),
            ("¿Podrías hacerme un descuento?", "discount"),
            ("tengo un cupón", "couponwithoutcode"),
            ("mi código es verano10", "code VERANO10"),
            ("HOLA10", "code? HOLA10"),
            ("son unos rateros", "person"),
            ("pinche bot no sirves", "insult"),
            ("ñlkjhgfds", "unclear"),
            ("grasias", "thanks"),
            ("adiós, nos vemos", "goodbye"),
            ("qué llevo en el carrito?", "viewcart"),
            ("quiero pagar", "pay"),
            ("no quiero pagar", "declined"),
            ("Ana Pérez, calle Hidalgo 12, Monterrey, 64000", "deliver all"),
            ("déjame pensarlo", "wait"),
            ("cuánto cuesta?", "whichproduct"),
        ],
    );
}

#[test]
fn spanish_messages_after_a_list() {
    check(
        Es,
        &after_list(Es),
        &[
            ("el segundo", "show moon"),
            ("2", "show moon"),
            ("la 3", "show north"),
            ("el último", "show north"),
            ("quiero el segundo", "add 1 moon"),
            ("dame 2 de la taza", "add 2 moon"),
            ("la negra", "show north"),
            ("la camisa sol", "show sun"),
            ("me llevo la gorra", "add 1 north"),
            ("cuánto cuesta la taza?", "price of moon"),
            ("hay algo más barato?", "cheaper sun [..119.99]"),
            ("está muy caro", "cheaper sun [..119.99]"),
            ("tienes otros modelos?", "more sun [250.01..]"),
            ("de menos de 150", "asked sun [..150.00]"),
            ("tienen paraguas?", "asked paraguas"),
            ("quiero ese", "whichproduct"),
        ],
    );
}

#[test]
fn spanish_messages_about_the_product_in_view() {
    check(
        Es,
        &after_shirt(Es),
        &[
            ("quiero ese", "add 1 sun"),
            ("me lo llevo", "add 1 sun"),
            ("la azul", "add 1 sun"),
            ("2 de la azul en M", "add 2 sun"),
            ("dame tres en rojo", "add 3 sun"),
            ("de qué material es?", "material of sun"),
            ("qué tallas hay?", "sizes of sun"),
            ("la tienes en verde?", "stock of sun"),
            ("cómo se lava?", "care of sun"),
            ("cuánto cuesta?", "price of sun"),
            ("es impermeable?", "aboutit of sun"),
            ("trae cierre?", "aboutit of sun"),
            ("dame más información", "details of sun"),
            ("hay en existencia?", "stock of sun"),
            ("muéstrame paraguas", "asked paraguas"),
            ("una camisa de 500 pesos", "asked camisa [..500.00]"),
        ],
    );
}

#[test]
fn spanish_messages_about_the_cart() {
    check(
        Es,
        &after_cart(Es),
        &[
            ("pagar", "agree"),
            ("mándame la liga de pago", "agree"),
            ("que sean 3", "set 3"),
            ("mejor 1", "set 1"),
            ("quita la camisa", "remove"),
            ("ya no lo quiero", "remove"),
            ("vacía el carrito", "emptycart"),
            ("otro más", "another"),
            ("tengo el cupón VERANO10", "code VERANO10"),
            ("quita el cupón", "removecoupon"),
            ("cuánto es en total?", "viewcart"),
            ("todavía no", "declined"),
            ("mejor en rojo", "add 2 sun instead"),
        ],
    );
}
