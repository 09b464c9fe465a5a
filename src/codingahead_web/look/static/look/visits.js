// Printing the worksheet; the answer itself comes from the server at every change.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-print]")) return;
  document.querySelectorAll(".visit-sources").forEach((fold) => (fold.open = true));
  print();
});
