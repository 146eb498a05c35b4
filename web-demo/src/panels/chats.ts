import { clockText, h, plural, type Child } from '../dom';
import { fromHex, shortHex } from '../decode/hex';
import { kActionValue } from '../decode/names';
import { protobufTree } from '../decode/protobuf';
import type { Branch } from '../decode/tree';
import type { Model, PatchView } from '../recording/model';
import type { Mutation } from '../recording/steps';
import { kPeople } from '../world/actions';
import { Panel, personName, prettyNumber } from './panel';

const kPatchesShown = 12;

export class ChatsPanel extends Panel {
  readonly name = 'chats';
  readonly label = 'Chats';
  private together = false;

  view(model: Model): Child[] {
    const ready = this.app.live && model.paired;
    return [
      h('div', { class: 'intro' },
        h('h2', {}, 'Chat settings are patches'),
        h('p', {}, 'Archive, pin and mute live in encrypted collections that all devices of the account share. A change is a patch: it names its records by a MAC of the index, seals the action, and moves the collection from version n to n + 1. The service stores it without being able to read it.')),
      !model.paired && h('p', { class: 'hint' }, 'There are no chats before the device is linked. ', h('a', { href: '#pair' }, 'Link it'), ', or ', this.app.world ? h('a', { href: '#faults' }, 'run a scenario') : 'run a scenario', '.'),
      h('div', { class: 'toolbar' },
        h('button', { type: 'button', 'data-do': 'people', disabled: !ready }, 'Let four people write'),
        h('label', { class: 'check' }, h('input', { type: 'checkbox', 'data-ui': 'together', 'data-value': '', checked: this.together, disabled: !ready }),
          'A second device archives another chat at the same moment')),
      h('div', { class: 'chats-grid' },
        h('section', { class: 'card', 'aria-label': 'Chats' },
          h('table', { class: 'chats' },
            h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Chat'), h('th', { scope: 'col' }, 'Archived'), h('th', { scope: 'col' }, 'Pinned'), h('th', { scope: 'col' }, 'Muted'), h('th', { scope: 'col' }, 'On the phone'))),
            h('tbody', {}, kPeople.map((person, who) => this.row(model, person, who, ready)))),
          this.others(model)),
        h('section', { 'aria-label': 'Patches', class: 'patches' }, this.patches(model))),
    ];
  }

  private row(model: Model, person: string, who: number, ready: boolean): Child {
    const chat = model.chats.find((one) => one.jid.startsWith(person + '@'));
    const toggle = (what: 'archive' | 'pin' | 'mute', on: boolean, word: string): Child => h('td', {}, h('button', {
      type: 'button', class: 'switch', role: 'switch', 'aria-checked': on ? 'true' : 'false', 'aria-label': `${word} ${personName(person)}`,
      'data-ui': 'toggle', 'data-value': `${what}-${who}-${on ? 0 : 1}`, disabled: !ready,
    }, h('span', { class: 'knob' })));
    const phone = model.phoneArchive.get(person);
    return h('tr', { 'data-key': person, 'data-chat': person },
      h('th', { scope: 'row' }, h('span', { class: 'who' }, chat?.name || personName(person)), h('span', { class: 'muted small' }, prettyNumber(person))),
      toggle('archive', chat?.archived ?? false, 'Archive'), toggle('pin', chat?.pinned ?? false, 'Pin'), toggle('mute', chat?.muted ?? false, 'Mute'),
      h('td', { class: 'muted' }, phone === undefined ? '–' : phone ? 'archived' : 'in the list'));
  }

  private others(model: Model): Child {
    const count = model.chats.filter((chat) => !kPeople.some((person) => chat.jid.startsWith(person + '@'))).length;
    return count > 0 && h('p', { class: 'muted small' }, `GET /chats knows ${plural(count, 'more chat')}.`);
  }

  private patches(model: Model): Child {
    const items: { n: number; child: Child }[] = [
      ...model.patches.map((patch) => ({ n: patch.n, child: patchCard(patch) })),
      ...model.refusals.map((refusal) => ({ n: refusal.n, child: h('article', { class: 'card refusal', 'data-key': `r${refusal.n}` },
        h('h3', {}, `${refusal.code}: somebody was first`),
        h('p', {}, `The service refused a patch of ${refusal.collection} because it was built on an older version, and sent along what is missing. The device applies that, builds its change again on top and uploads once more.`),
        h('p', { class: 'muted small' }, clockText(refusal.at))) })),
    ].sort((a, b) => b.n - a.n).slice(0, kPatchesShown);
    return items.length === 0
      ? h('p', { class: 'muted card' }, 'Toggle something: the patch that it becomes is shown here, with what only the account’s own devices can read.')
      : items.map((item) => item.child);
  }

  override command(name: string, value: string): void {
    if (name === 'together') {
      this.together = !this.together;
      this.draw();
    } else if (name === 'toggle') {
      void this.toggle(value);
    }
  }

  private async toggle(value: string): Promise<void> {
    const [what, who, on] = value.split('-') as ['archive' | 'pin' | 'mute', string, string];
    if (this.together) {
      const rival = (Number(who) + 1) % kPeople.length;
      await this.app.act({ do: 'rival', who: rival, on: !(this.app.model.phoneArchive.get(kPeople[rival]!) ?? false) });
    }
    await this.app.act({ do: what, who: Number(who), on: on === '1' });
  }
}

export function patchCard(patch: PatchView): Child {
  return h('article', { class: `card patch ${patch.byDevice ? 'own' : 'theirs'}`, 'data-key': `p${patch.n}`, 'data-patch': `${patch.collection}/${patch.to}` },
    h('header', {},
      h('h3', {}, h('code', {}, patch.collection)),
      h('p', { class: 'versions', 'aria-label': `version ${patch.from} to ${patch.to}` }, h('span', {}, String(patch.from)), h('span', { class: 'to', 'aria-hidden': 'true' }, '→'), h('strong', {}, String(patch.to))),
      h('p', { class: 'muted small' }, `${patch.byDevice ? 'by this device' : 'by the phone or a second device'} · ${clockText(patch.at)}`)),
    patch.mutations.slice(0, 6).map((mutation) => mutationView(mutation)),
    patch.mutations.length > 6 && h('p', { class: 'muted small' }, `and ${plural(patch.mutations.length - 6, 'more record')}`));
}

function mutationView(mutation: Mutation): Child {
  return h('dl', { class: 'facts mutation', 'data-key': mutation.indexMac + mutation.valueMac },
    h('dt', {}, 'index'), h('dd', {}, h('code', {}, mutation.index), mutation.who && mutation.index.includes('@lid') && h('span', { class: 'muted small' }, ` the hidden id of ${personName(mutation.who)}`)),
    h('dt', {}, 'action'), h('dd', {}, mutation.value ? actionView(mutation.value) : h('em', {}, 'removed')),
    h('dt', {}, 'index MAC'), h('dd', {}, h('code', { title: mutation.indexMac }, shortHex(mutation.indexMac, 40))),
    h('dt', {}, 'value MAC'), h('dd', {},
      mutation.oldValueMac && h('code', { class: 'gone', title: mutation.oldValueMac }, shortHex(mutation.oldValueMac, 16)), mutation.oldValueMac && mutation.valueMac && ' → ',
      mutation.valueMac && h('code', { title: mutation.valueMac }, shortHex(mutation.valueMac, mutation.oldValueMac ? 16 : 40))));
}

function actionView(hex: string): Child {
  const tree = protobufTree(fromHex(hex), kActionValue);
  if (!tree) return h('code', {}, shortHex(hex, 40));
  const object = (branches: Branch[]): string => '{' + branches.map((one) => `${one.label}: ${one.children ? object(one.children) : one.value ?? ''}`).join(', ') + '}';
  return h('code', {}, object(tree));
}
