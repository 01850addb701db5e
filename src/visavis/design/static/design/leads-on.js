/**
 * Goes to another page by itself, where nobody may be there to touch anything: the screen that waits,
 * the page after a visit. Printed by the tag `leads_on`; without script a <noscript> refresh does it.
 */
const { after, to } = document.getElementById("leads-on").dataset;

setTimeout(() => location.replace(to), Number(after) * 1000);
