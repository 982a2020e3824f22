### Frases para compradores en español, de tú, como escribe un buen vendedor en un chat en México.
### Los atributos (.b, .c) son otras maneras de decir lo mismo, con los mismos argumentos.

introduction = ¡Hola! Soy el asistente de { $shop }. Pregúntame por lo que quieras de la tienda y, si prefieres hablar con alguien del equipo, escribe "persona".
receipt =
    ¡Recibimos tu pago, gracias! 🎉 Pedido #{ $number }:
    { $lines }
    Total pagado: { $total }
receipt-asks-delivery =
    ¡Recibimos tu pago, gracias! 🎉 Pedido #{ $number }:
    { $lines }
    Total pagado: { $total }

    ¿A dónde te lo mandamos? Escríbeme el nombre de quien recibe y la dirección completa con la ciudad.
voucher-pending = Tu pedido #{ $number } por { $total } está apartado. En cuanto entre el pago, te aviso por aquí.
payment-failed = El pago del pedido #{ $number } no pasó y no se te cobró nada. ¿Lo intentamos otra vez? Te puedo mandar una liga nueva.
pay-page-expired = La liga de pago del pedido #{ $number } ya venció y no se te cobró nada. ¿Todavía lo quieres? Te puedo mandar una liga nueva.
refunded = Tu reembolso del pedido #{ $number } va en camino: { $amount } en total.
person-called = Listo, ya le avisé a alguien del equipo. Te contesta por aquí 🙌
closed-now = Ahora mismo está cerrado: te contestan en cuanto abramos.
cannot-see = Todavía no puedo ver fotos ni videos, ¡perdón! ¿Me cuentas con palabras qué buscas?
cannot-hear = Todavía no puedo escuchar audios, ¡perdón! ¿Me lo escribes?
cannot-open = Eso no lo puedo abrir aquí, ¡perdón! ¿Me lo escribes?
sticker = 😄 Dime qué buscas y te ayudo a encontrarlo.

label-pay = Pagar
label-list = Ver opciones
label-options = Elegir
label-person = Hablar con alguien
label-keep-looking = Seguir viendo
label-total = Total
label-from = desde

# Lines of the pay page.
charge-shipping = Envío
charge-tax = Impuestos
charge-deposit = Anticipo

page-paid = ¡Gracias!
page-paid-text = En cuanto entre el pago, te llega el recibo al chat.
page-not-paid = Todavía no está pagado
page-not-paid-text = No se te cobró nada. Tu carrito sigue ahí: puedes continuar en el chat cuando quieras.
page-back = Volver al chat

# The introduction, which says hello, stands before it.
greeting = ¿Qué estás buscando? 👋
    .b = ¿Qué te gustaría ver? 👋
    .c = ¿En qué te ayudo? 👋
greeting-again = ¡Hola de nuevo! ¿En qué te ayudo?
    .b = ¡Hola! Dime, ¿qué necesitas?
how-are-you = ¡Todo bien por acá, gracias por preguntar! ¿Qué estás buscando?
automatic = Soy el asistente automático de { $shop }. Si prefieres hablar con una persona, escribe "persona" y le aviso al equipo.
abilities = Puedo buscarte productos, contestar tus dudas, armar tu carrito, aplicar un cupón, mandarte la liga de pago y revisar tus pedidos. ¿Qué estás buscando? Si prefieres hablar con alguien, escribe "persona".
languages = ¡Claro que sí! Hablo español, inglés y portugués.
welcome = ¡De nada! 😊
    .b = ¡Con gusto! Aquí estoy para lo que necesites.
    .c = ¡Para eso estamos!
goodbye = ¡Hasta luego! Gracias por pasar 👋
    .b = ¡Que te vaya muy bien! Escríbeme cuando quieras.
acknowledged = ¡Muy bien! Aquí estoy si necesitas algo más.
    .b = ¡Perfecto! 👍
take-your-time = Sin prisa, aquí te espero.
anything-else = Va. ¿Te ayudo con algo más?
    .b = Sin problema. ¿Qué más te busco?
calm = Lamento que no haya sido una buena experiencia. Quiero ayudarte a resolverlo.
not-yet = Todavía no llego al resto de tu mensaje: mándamelo otra vez y seguimos con eso.
cannot-do = Eso no lo puedo hacer por aquí, perdón.
for-team = ¡Gracias! El equipo lo puede leer aquí mismo.
card-declined = Si tu tarjeta fue rechazada, intenta otra vez o con otra; tu banco te puede decir por qué.
not-understood = Perdón, no te entendí. Puedo buscar productos, mostrarte tu carrito, cobrarte o revisar un pedido. ¿Qué necesitas?
    .b = Mmm, no estoy seguro de entenderte. Dime en pocas palabras qué buscas, por ejemplo el producto y tu talla.
not-understood-again = Perdón, sigo sin entenderte.
offer-person = ¿Le aviso a alguien del equipo?
    .b = ¿Quieres hablar con alguien del equipo?
needs-person = De eso se encarga alguien del equipo.
policy-unknown = Ese dato no lo tengo a la mano y no quiero inventarte nada.
safe = Prefiero no decirte algo que no sea exacto. Dime de qué producto o pedido se trata y lo reviso, o escribe "persona" para hablar con el equipo.
safe-products = Mira lo que encontré:
safe-cart = Así está tu carrito en este momento:

found = { $count ->
    [one] Encontré este:
   *[other] Encontré estos { $count }:
}
    .b = { $count ->
    [one] Mira, tenemos este:
   *[other] Mira, tenemos estos { $count }:
}
    .c = { $count ->
    [one] Este te puede gustar:
   *[other] Estos { $count } te pueden gustar:
}
found-closest = Exactamente eso no lo tengo, pero esto se le acerca:
found-other-prices = En ese rango de precio no tengo, pero mira esto:
found-cheaper = { $count ->
    [one] Este sale más barato:
   *[other] Estos { $count } salen más baratos:
}
product-line = { $place }. { $title }: { $price }
product-line-from = { $place }. { $title }: desde { $price }
product-line-sold-out = { $place }. { $title }: agotado por ahora
ask-which = ¿Cuál te gusta? Con el número me basta.
    .b = ¿Te gusta alguno? Mándame solo el número.
nothing-found = No encontré "{ $query }". ¿Me lo describes de otra forma o me dices para qué lo quieres?
nothing-more = Es todo lo que tengo por ese lado. ¿Buscamos otra cosa? Dime qué tienes en mente.
nothing-cheaper = Es el precio más bajo que tengo en algo así. Si tienes un código de cupón, escríbelo aquí y lo reviso.
discount = Si tienes un código de cupón, escríbelo aquí y lo reviso.
offer-cheaper = ¿Te busco algo más barato?
offer = Te puedo dejar { $title } en { $price } cada uno. ¿Trato hecho?
last-offer = { $price } cada uno es lo más bajo que puedo dejarte { $title }. ¿Te lo llevas a ese precio?
offer-with = El precio de { $title } se queda en { $price } cada uno, pero puedo agregarte { $extra }. ¿Trato hecho?
last-offer-with = { $price } cada uno con { $extra } es lo mejor que puedo hacerte en { $title }. ¿Te lo llevas así?
extra-free-shipping = el envío gratis
extra-gift = { $title } de regalo
extra-bundle = { $title } por solo { $price }
offer-agreed-with = Trato hecho: { $price } cada uno, con { $extra }. 🤝
offer-agreed = Trato hecho: { $price } cada uno. 🤝
offer-set-aside = Trato hecho: { $price } cada uno. Pero mira: al precio normal todo tu pedido te sale en menos, así que lo dejé así.
ask-coupon = Claro, ¿cuál es el código?
nothing-in-view = ¿De qué producto me hablas? Dime su nombre o qué estás buscando.

product = { $title }: { $price }
product-from = { $title }: desde { $price }
option-line = { $option }: { $values }
ask-option = ¿En qué { $option } lo quieres? Hay { $values }.
    .b = Solo me falta saber qué { $option }: { $values }.
ask-variant = ¿Cuál prefieres?
    .b = Dime cuál y lo agrego.
ask-add = ¿Lo agrego a tu carrito?
    .b = ¿Te lo pongo en el carrito?
sold-out = { $title } está agotado por ahora. ¿Te busco algo parecido?
stated = { $title } — { $name }: { $value }
described = Esto dice la tienda sobre { $title }: "{ $text }"
not-stated = Ese dato no viene en { $title } y no quiero inventarte nada.
price-is = { $item } cuesta { $price }.
price-from = { $item }: desde { $price }.
price-before = Antes: { $price }.
in-stock = Sí, { $item } está disponible ✅
in-stock-left = { $count ->
    [one] Sí, queda { $count } de { $item } ✅
   *[other] Sí, quedan { $count } de { $item } ✅
}
out-of-stock = { $item } está agotado por ahora.
no-such-option = Esa opción no la tengo. Hay { $values }.
no-options = { $title } viene en una sola versión.
no-such-choice = { $title } no se puede elegir en { $value }.
ask-add-item = ¿Agrego { $item } a tu carrito?
price-needs-option = Del precio platicamos en cuanto me digas cuál quieres.
price-each = { $item } cuesta { $price } cada uno. ¿Pongo { $count } en tu carrito y te digo el total?
price-each-in-cart = { $item } cuesta { $price } cada uno. Escribe "que sean { $count }" y te digo el total.
cannot-compare = Compararlos no puedo, pero esto es lo que dice la tienda de cada uno:
cheapest-is = El precio más bajo es el de { $title }: { $price }.
cost-the-same = Cuestan lo mismo: { $price }.
without-those = Sin esa opción, tengo esto:
offer-needs-more = A ese precio no puedo con tan pocas piezas. Dime cuántas te llevarías y veo qué puedo hacer.

added = Listo, ya está en tu carrito 🛒
    .b = ¡Agregado! 🛒
changed = Listo, ya lo cambié:
removed = Listo, ya lo quité:
cart = Este es tu carrito:
    .b = Esto es lo que llevas:
no-longer-sold = Ya no se vende y quedó fuera de tu carrito: { $titles }.
cart-empty = Tu carrito está vacío. ¿Qué estás buscando?
cart-emptied = Listo, tu carrito quedó vacío. ¿Te busco otra cosa?
quote-line = { $count } × { $title }: { $amount }
quote-discount = Descuento: −{ $amount }
quote-discount-code = Cupón { $code }: −{ $amount }
quote-discount-percent = Descuento ({ $percent }): −{ $amount }
quote-discount-code-percent = Cupón { $code } ({ $percent }): −{ $amount }
quote-shipping = Envío: { $amount }
quote-shipping-free = Envío: gratis
quote-tax = Impuestos ({ $rate }): { $amount }
quote-taxes = Impuestos: { $amount }
quote-total = Total: { $total }
free-shipping-in = Te faltan { $amount } para que el envío sea gratis.
ask-pay = ¿Quieres pagar de una vez o seguimos viendo?
    .b = ¿Pagamos o quieres seguir viendo?
ask-which-line = ¿Cuál? Dime el número o el nombre.
ask-how-many = ¿Cuántos quieres?
coupon-applied = Tu cupón { $code } ya está aplicado ✅
coupon-removed = Ya quité el cupón:
coupon-unknown = No encuentro el cupón { $code }. ¿Me confirmas cómo se escribe?
coupon-minimum = El cupón { $code } pide una compra más grande que esta.
coupon-minimum-of = El cupón { $code } aplica a partir de { $minimum }.
coupon-expired = El cupón { $code } ya venció, lo siento.
coupon-used-up = El cupón { $code } ya se agotó, lo siento.
coupon-not-yet = El cupón { $code } todavía no está vigente.
coupon-already-used = El cupón { $code } ya lo usaste.
coupon-not-for-this = El código { $code } no es para lo que llevas en el carrito o no vale para este pedido.
coupon-needs-cart = Primero pongamos algo en tu carrito y luego pruebo el cupón { $code }. ¿Qué estás buscando?
coupon-none = Tu carrito no tiene ningún cupón.
refused-out-of-stock = Lo siento, de ese ya no me quedan suficientes.
refused-only-left = { $count ->
    [one] Lo siento, solo queda { $count } de { $item }.
   *[other] Lo siento, solo quedan { $count } de { $item }.
}
refused-too-many = Es más de lo que puedo poner en un solo pedido por aquí.
refused-no-such = Ese ya no lo encuentro en la tienda.
refused = Eso no lo pude hacer en este momento.
quote-changed = Algo cambió desde que te mostré el total, échale otro vistazo por favor:
checkout-ready = Tu pedido #{ $number } está listo: { $total }. Toca el botón para pagar en la página segura; en cuanto entre el pago te confirmo por aquí.

order-awaiting = El pedido #{ $number } por { $total } está esperando tu pago.
order-pending = El pago del pedido #{ $number } está en proceso.
order-paid = El pedido #{ $number } está pagado ✅
order-failed = El pago del pedido #{ $number } no pasó.
order-expired = La liga de pago del pedido #{ $number } venció sin pagarse.
order-replaced = El pedido #{ $number } se cerró porque cambió tu carrito; no se te cobró nada.
order-partly-refunded = Pedido #{ $number }: ya se te reembolsaron { $amount }.
order-refunded = El pedido #{ $number } ya fue reembolsado: { $amount }.
order-in-review = Alguien del equipo está revisando el pedido #{ $number }.
order-delivery-known = El equipo ya tiene tus datos de entrega.
no-orders = Todavía no veo pedidos hechos desde este chat.
no-such-order = No encuentro un pedido con ese número en este chat. ¿Lo revisas?
offer-fresh-link = ¿Te preparo una liga de pago nueva?
ask-delivery = ¿A dónde te lo mandamos? Escríbeme el nombre de quien recibe y la dirección completa con la ciudad.
ask-delivery-missing = ¡Ya casi! Solo me falta { $parts }.
delivery-saved = Anotado, usaremos estos datos: { $details }
part-name = el nombre de quien recibe
part-address = la calle con número
part-city = la ciudad
and = { $left } y { $right }
