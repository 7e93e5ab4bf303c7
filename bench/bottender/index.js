// The peer of the comparison: answers every text with itself and keeps nothing.
module.exports = async function App(context) {
  if (context.event.isText) await context.sendText(context.event.text);
};
