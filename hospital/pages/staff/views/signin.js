// Signing in with a coordinator's account.

import * as api from "../api.js";
import { form } from "../forms.js";
import { complain, field, h } from "/patient/dom.js";

export function signIn(app) {
  const login = h("input", { type: "text", autocomplete: "username", autocapitalize: "none", spellcheck: "false", maxlength: 120, required: true });
  const password = h("input", { type: "password", autocomplete: "current-password", maxlength: 400, required: true });
  const filled = (input, sentence) => () => {
    complain(input, input.value ? "" : sentence);
    return input.value ? null : input;
  };
  const send = async () => {
    try {
      await api.signIn(login.value.trim(), password.value);
    } catch (refusal) {
      password.value = "";
      password.focus();
      throw refusal;
    }
    await app.open();
  };
  const fields = [field("Account", login), field("Password", password)];
  const checks = [filled(login, "Type your account."), filled(password, "Type your password.")];
  const body = [h("h1", {}, "Sign in"), h("p", { class: "lead" }, "For the hospital's coordinators: video consults, their links, and the outgoing box."), form({ checks, submit: "Sign in", send }, fields)];
  return { name: "signin", title: "Sign in", body };
}
