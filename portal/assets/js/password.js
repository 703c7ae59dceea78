/* "Show password": made here, because without scripts it could do nothing. */

export function startShowPassword() {
  for (const field of document.querySelectorAll("input[type=password][data-show]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sp-textbtn sp-show-password";
    button.setAttribute("aria-controls", field.id);
    const write = () => {
      button.textContent = field.type === "password" ? "Show password" : "Hide password";
    };
    button.addEventListener("click", () => {
      field.type = field.type === "password" ? "text" : "password";
      write();
    });
    field.form.addEventListener("submit", () => {
      field.type = "password";
    });
    write();
    field.after(button);
  }
}
