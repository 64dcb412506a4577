// A platform's pane: its channels, the messages of the chosen one, and the composer.

import { Composer } from "./composer.js";
import { el, icon, replaceKeepingFocus, newId } from "./dom.js";
import { MessageList } from "./messages.js";

/** Return the icon of a channel. */
const iconOf = (channel) => icon(channel.private ? "lock" : (ICONS[channel.kind] ?? "hash"));
const ICONS = { channel: "hash", dm: "person", home: "home", thread: "thread" };
const HOME = "home";

export class PaneView {
  /** *look* renders what is the platform's own; *act* carries out an action on the server. */
  constructor(platform, look, act) {
    this.look = look;
    this.state = null;
    this.channel = null; // the id of the chosen channel
    this.dismissed = new Set(); // ids of ephemeral messages that the member put away
    this.modal = null; // the open form: its JSON as text, and the dialog
    this.sendAction = act;
    const heading = newId("pane");
    this.server = el("span", {}, look.name);
    this.nav = el("nav", { class: "channels", "aria-label": `${look.name} channels` });
    this.topic = el("h3", { class: "topic" });
    this.error = el("div", { class: "pane-error", role: "alert" });
    this.list = new MessageList(this);
    this.home = el("div", { class: "home-tab", hidden: true, role: "region", "aria-label": "Home", tabindex: "0" });
    this.composer = new Composer(this);
    this.root = el(
      "section",
      { class: `pane ${platform}`, "aria-labelledby": heading, data: { pane: platform } },
      el("div", { class: "side" }, el("h2", { id: heading, class: "server" }, el("span", { class: "visually-hidden" }, `${look.name}: `), this.server), this.nav),
      el("div", { class: "room" }, el("div", { class: "room-head" }, this.topic), this.list.root, this.home, this.error, this.composer.root),
    );
  }

  /** Show a new state. */
  show(state, now) {
    if (this.state && this.state.me !== state.me) {
      this.closeModal();
      this.channel = null;
      this.dismissed.clear();
      this.list.clear();
      this.composer.reset();
    }
    this.state = state;
    this.now = now;
    this.server.textContent = state.server?.name ?? this.look.server;
    this.channels = this.listChannels();
    if (!this.channels.some((each) => each.id === this.channel)) this.channel = (this.channels.find((each) => each.kind === "channel") ?? this.channels[0])?.id ?? null;
    this.showNav();
    this.showChannel();
    this.markRead();
    if (state.modal) this.openModal(state.modal, true);
    else if (this.modal?.isStates) this.closeModal();
  }

  /** Return the channels; the Home tab is one of them. */
  listChannels() {
    const { channels, home } = this.state;
    const hasHome = channels.some((each) => each.kind === "home");
    return home !== undefined && !hasHome && "home" in this.state && this.look.hasHome
      ? [{ id: HOME, name: "Home", kind: "home", messages: [] }, ...channels].sort((a, b) => (a.id === HOME) - (b.id === HOME))
      : channels;
  }

  current() {
    return this.channels.find((each) => each.id === this.channel);
  }

  showNav() {
    const shape = JSON.stringify([this.channel, this.channels.map(({ id, name, kind, unread, private: isPrivate }) => [id, name, kind, unread, isPrivate])]);
    if (shape === this.navShape) return;
    this.navShape = shape;
    const list = el("ul", {}, this.channels.map((each) => el("li", { class: `of-${each.kind}` }, this.navButton(each))));
    const before = this.nav.firstElementChild;
    if (before) replaceKeepingFocus(before, list);
    else this.nav.append(list);
  }

  navButton(channel) {
    const isCurrent = channel.id === this.channel;
    const isUnread = channel.unread && !isCurrent;
    return el(
      "button",
      { type: "button", class: `channel ${isUnread ? "unread" : ""}`, "aria-current": isCurrent ? "page" : null, on: { click: () => this.goTo(channel.id) } },
      iconOf(channel),
      el("span", { class: "channel-name" }, channel.name),
      isUnread ? el("span", { class: "visually-hidden" }, " (unread)") : null,
    );
  }

  /** Show a channel. */
  goTo(id) {
    if (!this.channels.some((each) => each.id === id)) return;
    this.channel = id;
    this.tell("");
    this.showNav();
    this.showChannel();
    this.markRead();
    if (this.current().kind === "home") this.act({ type: "open_home" });
  }

  /** Tell the server that the member sees the channel. */
  markRead() {
    if (this.current()?.unread && document.visibilityState === "visible") {
      this.sendAction({ type: "read", channel: this.channel });
    }
  }

  showChannel() {
    const channel = this.current();
    if (!channel) return;
    const isHome = channel.kind === "home";
    this.topic.replaceChildren(iconOf(channel), el("span", {}, channel.name));
    this.list.root.hidden = isHome;
    this.composer.root.hidden = isHome;
    this.home.hidden = !isHome;
    if (isHome) {
      this.showHome();
    } else {
      this.list.show(channel);
      this.composer.show(channel);
    }
  }

  showHome() {
    const shape = JSON.stringify(this.state.home);
    if (shape === this.homeShape) return;
    this.homeShape = shape;
    const body = el("div", {}, this.state.home ? this.look.renderHome(this.state.home, this.context({ view: "home" })) : el("p", { class: "quiet" }, "Loading…"));
    const before = this.home.firstElementChild;
    if (before) replaceKeepingFocus(before, body);
    else this.home.append(body);
  }

  /** Return what renderers need: names, files, and what happens at a click. */
  context({ message = null, view = null }) {
    const { state } = this;
    return {
      state,
      now: this.now,
      pane: this,
      user: (id) => state.users?.find((each) => each.id === id),
      role: (id) => state.roles?.find((each) => each.id === id),
      channel: (id) => state.channels.find((each) => each.id === id),
      file: (name) => (message?.files ?? state.files ?? []).find((each) => each.id === name || each.name === name),
      goTo: (id) => this.goTo(id),
      click: (action, values = [], more = {}) =>
        this.act({ type: "click", ...(view ? { view } : { message: message?.id }), action, values, ...more }),
      suggest: (action) => this.sendAction({ ...action, channel: this.channel, ...(view ? { view } : { message: message?.id }) }),
    };
  }

  /** Carry out an action, and show what only this page gets. */
  async act(action) {
    this.tell("");
    const result = await this.sendAction({ channel: this.channel, ...action });
    if (result?.error) this.tell(result.error);
    if (result?.modal) this.openModal(result.modal);
    if (result?.channel) this.goTo(result.channel);
    return result;
  }

  tell(text) {
    this.error.replaceChildren(...(text ? [icon("alert"), el("span", {}, text)] : []));
  }

  /** Open a form, unless it's open or was just closed; *isStates*: the state says that it's open. */
  openModal(modal, isStates = false) {
    const shape = JSON.stringify(modal);
    if (this.modal?.shape === shape) {
      this.modal.isStates ||= isStates;
      return;
    }
    if (this.closedShape === shape) return;
    this.closeModal();
    const opened = { shape, isStates };
    opened.dialog = this.look.openModal(modal, {
      ...this.context({ view: "modal" }),
      headingLevel: 3,
      submit: async (values) => {
        const result = await this.sendAction({ type: "submit", channel: this.channel, modal, values });
        if (!result?.error && !result?.errors) {
          if (this.modal === opened) this.closeModal();
          if (result?.modal) this.openModal(result.modal);
        }
        return result;
      },
      close: () => {
        this.modal = null;
        this.closedShape = shape;
        this.sendAction({ type: "close_modal", channel: this.channel, modal }).then(() => {
          this.closedShape = null;
        });
      },
    });
    this.modal = opened;
  }

  closeModal() {
    const { modal } = this;
    this.modal = null;
    modal?.dialog.finish();
  }
}
