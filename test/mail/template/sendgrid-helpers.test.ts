import { describe, expect, it } from 'vitest'
import { opened } from './opened.ts'

type Case = readonly [template: string, data: Record<string, unknown>, text: string]

const at = '2020-01-01T23:00:00.000Z'
const date = (format: string): Record<string, unknown> => ({ timeStamp: at, format })

/** What Twilio documents under "Using Handlebars", each with what comes of it. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  substitution: [
    ['<p>Hello {{firstName}}</p>', { firstName: 'Ben' }, '<p>Hello Ben</p>'],
    [
      '<p>Hello {{user.profile.firstName}}</p>',
      { user: { profile: { firstName: 'Ben' } } },
      '<p>Hello Ben</p>',
    ],
    ['<p>Hello {{firstName}}</p>', {}, '<p>Hello </p>'],
    ['<p>Hello {{user.profile.firstName}}</p>', { user: {} }, '<p>Hello </p>'],
    [
      '<p>{{{firstName}}}</p>',
      { firstName: '<strong>Ben</strong>' },
      '<p><strong>Ben</strong></p>',
    ],
    [
      '<p>{{firstName}}</p>',
      { firstName: '<b>"B" & \'b\'</b>' },
      '<p>&lt;b&gt;&quot;B&quot; &amp; &#x27;b&#x27;&lt;/b&gt;</p>',
    ],
    ['{{ spaced }}', { spaced: 1 }, '1'],
    ['{{zero}} {{no}} {{none}}', { zero: 0, no: false, none: null }, '0 false '],
    ['{{list}}', { list: [1, 2, 'c'] }, '1,2,c'],
    ['{{[first name]}}', { 'first name': 'Ben' }, 'Ben'],
    ['\\{{name}}', { name: 'Ben' }, '{{name}}'],
    ['a{{! a note }}b{{!-- another {{note}} --}}c', {}, 'abc'],
    ['a {{~name~}} b', { name: 'x' }, 'axb'],
    ['{{&raw}}', { raw: '<br>' }, '<br>'],
  ],
  formatDate: [
    [
      '{{formatDate timeStamp dateFormat}}',
      { timeStamp: at, dateFormat: 'MMMM DD, YYYY h:mm:ss A' },
      'January 01, 2020 11:00:00 PM',
    ],
    [
      '{{formatDate timeStamp dateFormat timezoneOffset}}',
      { timeStamp: at, dateFormat: 'MMMM DD, YYYY h:mm:ss A', timezoneOffset: '-0800' },
      'January 01, 2020 3:00:00 PM',
    ],
    ['{{formatDate timeStamp format}}', date('YYYY'), '2020'],
    ['{{formatDate timeStamp format}}', date('YY'), '20'],
    ['{{formatDate timeStamp format}}', date('MMM'), 'Jan'],
    ['{{formatDate timeStamp format}}', date('MM/DD/YYYY'), '01/01/2020'],
    ['{{formatDate timeStamp format}}', date('M/D/YY'), '1/1/20'],
    ['{{formatDate timeStamp format}}', date('dddd'), 'Wednesday'],
    ['{{formatDate timeStamp format}}', date('ddd'), 'Wed'],
    ['{{formatDate timeStamp format}}', date('HH:mm'), '23:00'],
    ['{{formatDate timeStamp format}}', date('H:m:s'), '23:0:0'],
    ['{{formatDate timeStamp format}}', date('hh:mm:ss a'), '11:00:00 pm'],
    ['{{formatDate timeStamp format}}', date('Z ZZ'), '+00:00 +0000'],
    ['{{formatDate timeStamp "HH:mm Z" "+0530"}}', { timeStamp: at }, '04:30 +05:30'],
    ['{{formatDate timeStamp "MMM D, HH:mm" "Europe/Berlin"}}', { timeStamp: at }, 'Jan 2, 00:00'],
    ['{{formatDate "2020-07-01T12:00:00Z" "HH:mm ZZ" "Europe/Berlin"}}', {}, '14:00 +0200'],
    ['{{formatDate ms "YYYY-MM-DD [at] HH:mm"}}', { ms: Date.parse(at) }, '2020-01-01 at 23:00'],
    ['{{formatDate missing "YYYY"}}', {}, ''],
    [
      '{{formatDate midnight "h A"}} {{formatDate noon "h A"}}',
      { midnight: '2020-01-01T00:00:00Z', noon: '2020-01-01T12:00:00Z' },
      '12 AM 12 PM',
    ],
  ],
  insert: [
    [
      'Hello {{insert name "default=Customer"}}! Thank you for contacting us about {{insert businessName "your business"}}.',
      { name: 'Ben', businessName: 'Twilio SendGrid' },
      'Hello Ben! Thank you for contacting us about Twilio SendGrid.',
    ],
    [
      'Hello {{insert name "default=Customer"}}! Thank you for contacting us about {{insert businessName "your business"}}.',
      {},
      'Hello Customer! Thank you for contacting us about your business.',
    ],
    ['{{insert name "default=Customer"}}', { name: '' }, 'Customer'],
    ['{{insert name other}}', { other: 'Ann' }, 'Ann'],
    ['{{insert name}}', {}, ''],
    ['{{insert zero "default=9"}}', { zero: 0 }, '0'],
  ],
  'if, else, else if': [
    [
      '{{#if user.profile.male}}<p>Dear Sir</p>{{else if user.profile.female}}<p>Dear Madame</p>{{else}}<p>Dear Customer</p>{{/if}}',
      { user: { profile: { male: true } } },
      '<p>Dear Sir</p>',
    ],
    [
      '{{#if user.profile.male}}<p>Dear Sir</p>{{else if user.profile.female}}<p>Dear Madame</p>{{else}}<p>Dear Customer</p>{{/if}}',
      { user: { profile: { female: true } } },
      '<p>Dear Madame</p>',
    ],
    [
      '{{#if user.profile.male}}<p>Dear Sir</p>{{else if user.profile.female}}<p>Dear Madame</p>{{else}}<p>Dear Customer</p>{{/if}}',
      { user: { profile: {} } },
      '<p>Dear Customer</p>',
    ],
    [
      '{{#if user.suspended}}<p>Warning! Your account is suspended, please call: {{@root.supportPhone}}</p>{{/if}}',
      { user: { suspended: true }, supportPhone: '1-800-555-5555' },
      '<p>Warning! Your account is suspended, please call: 1-800-555-5555</p>',
    ],
    ['{{#if list}}yes{{else}}no{{/if}}', { list: [] }, 'no'],
    ['{{#if zero}}yes{{else}}no{{/if}}', { zero: 0 }, 'no'],
    ['{{^if on}}off{{/if}}', { on: false }, 'off'],
    ['{{#if (and a b)}}both{{/if}}', { a: 1, b: 1 }, 'both'],
  ],
  unless: [
    [
      '{{#unless user.active}}<p>Warning! Your account is suspended, please call: {{@root.supportPhone}}</p>{{/unless}}',
      { user: { active: false }, supportPhone: '1-800-555-5555' },
      '<p>Warning! Your account is suspended, please call: 1-800-555-5555</p>',
    ],
    ['{{#unless user.active}}off{{else}}on{{/unless}}', { user: { active: true } }, 'on'],
  ],
  'greaterThan and lessThan': [
    [
      'Hello Ben! {{#greaterThan scoreOne scoreTwo}}Congratulations, you have the high score today!{{/greaterThan}} Thanks for playing.',
      { scoreOne: 100, scoreTwo: 78 },
      'Hello Ben! Congratulations, you have the high score today! Thanks for playing.',
    ],
    [
      'Hello Ben! {{#greaterThan scoreOne scoreTwo}}Congratulations, you have the high score today!{{/greaterThan}} Thanks for playing.',
      { scoreOne: 55, scoreTwo: 78 },
      'Hello Ben!  Thanks for playing.',
    ],
    ['{{#greaterThan a b}}more{{else}}not more{{/greaterThan}}', { a: 1, b: 1 }, 'not more'],
    ['{{#greaterThan a 9}}more{{else}}less{{/greaterThan}}', { a: '10' }, 'more'],
    ['{{#greaterThan a b}}later{{/greaterThan}}', { a: '2024-05-01', b: '2023-12-31' }, 'later'],
    [
      'Hello Ben! You have a score of {{score}}. {{#lessThan score 10}}Keep going.{{else}}Well done.{{/lessThan}}',
      { score: 3 },
      'Hello Ben! You have a score of 3. Keep going.',
    ],
    [
      '{{#lessThan score 10}}Keep going.{{else}}Well done.{{/lessThan}}',
      { score: 10 },
      'Well done.',
    ],
    ['{{#lessThan score "10"}}less{{else}}more{{/lessThan}}', { score: 9 }, 'less'],
    ['{{#lessThan score "10"}}less{{else}}more{{/lessThan}}', { score: '9' }, 'less'],
    ['{{#lessThan missing 10}}yes{{else}}no{{/lessThan}}', {}, 'no'],
  ],
  'equals and notEquals': [
    [
      'Hello Ben! {{#equals customerCode winningCode}}You have a winning code.{{/equals}} Thanks for playing.',
      { customerCode: 289199, winningCode: 289199 },
      'Hello Ben! You have a winning code. Thanks for playing.',
    ],
    [
      '{{#equals customerCode winningCode}}won{{else}}Try again{{/equals}}',
      { customerCode: 167320, winningCode: 289199 },
      'Try again',
    ],
    ['{{#equals number "10"}}same{{else}}other{{/equals}}', { number: 10 }, 'same'],
    [
      '{{#equals status "active"}}on{{else if (equals status "paused")}}paused{{/equals}}',
      { status: 'paused' },
      'paused',
    ],
    ['{{#equals on "true"}}same{{else}}other{{/equals}}', { on: true }, 'same'],
    ['{{#equals code 10}}same{{else}}other{{/equals}}', { code: '010' }, 'same'],
    ['{{#notEquals number "10"}}other{{else}}same{{/notEquals}}', { number: 10 }, 'same'],
    ['{{#equals missing ""}}same{{else}}other{{/equals}}', {}, 'other'],
    [
      '{{#notEquals currentDate appointmentDate}}Your appointment is on {{appointmentDate}}{{/notEquals}}',
      { currentDate: '1', appointmentDate: '2' },
      'Your appointment is on 2',
    ],
    ['{{#notEquals a b}}other{{else}}same{{/notEquals}}', { a: 'x', b: 'x' }, 'same'],
  ],
  'and, or': [
    [
      '{{#and favoriteFood favoriteDrink}}<p>Thanks for letting us know your dining preferences.</p>{{/and}}.',
      { favoriteFood: 'Pasta', favoriteDrink: '' },
      '.',
    ],
    [
      '{{#and favoriteFood favoriteDrink}}<p>Thanks for letting us know your dining preferences.</p>{{else}}<p>More?</p>{{/and}}',
      { favoriteFood: 'Pasta', favoriteDrink: 'Tea' },
      '<p>Thanks for letting us know your dining preferences.</p>',
    ],
    [
      '{{#or isRunner isCyclist}}<p>We think you might enjoy a map of trails in your area.</p>{{/or}}',
      { isRunner: true, isCyclist: false },
      '<p>We think you might enjoy a map of trails in your area.</p>',
    ],
    ['{{#or a b}}one{{else}}none{{/or}}', {}, 'none'],
  ],
  length: [
    [
      '{{#greaterThan (length cartItems) 0}}<p>It looks like you still have items in your shopping cart.</p>{{/greaterThan}}',
      { cartItems: ['raft', 'water bottle', 'sleeping bag'] },
      '<p>It looks like you still have items in your shopping cart.</p>',
    ],
    [
      '{{#greaterThan (length cartItems) 0}}full{{else}}<p>Empty</p>{{/greaterThan}}',
      { cartItems: [] },
      '<p>Empty</p>',
    ],
    ['{{length list}} {{length text}} {{length missing}}', { list: [1], text: 'four' }, '1 4 0'],
  ],
  each: [
    [
      '<ol>{{#each user.orderHistory}}<li>You ordered: {{this.item}} on: {{this.date}}</li>{{/each}}</ol>',
      {
        user: {
          orderHistory: [
            { date: '2/1/2018', item: 'shoes' },
            { date: '1/4/2017', item: 'hat' },
          ],
        },
      },
      '<ol><li>You ordered: shoes on: 2/1/2018</li><li>You ordered: hat on: 1/4/2017</li></ol>',
    ],
    [
      '{{#each list}}{{@index}}:{{this}}{{#unless @last}}, {{/unless}}{{/each}}',
      { list: ['a', 'b'] },
      '0:a, 1:b',
    ],
    ['{{#each list}}x{{else}}none{{/each}}', { list: [] }, 'none'],
    ['{{#each missing}}x{{/each}}', {}, ''],
    ['{{#each rows}}{{#each this}}{{this}}{{/each}};{{/each}}', { rows: [[1, 2], [3]] }, '12;3;'],
    [
      '{{#each people}}{{name}} at {{../company}}, {{@root.city}}. {{/each}}',
      { company: 'A', city: 'B', people: [{ name: 'Ann' }, { name: 'Bo' }] },
      'Ann at A, B. Bo at A, B. ',
    ],
    ['{{#each prices}}{{@key}}={{this}};{{/each}}', { prices: { a: 1, b: 2 } }, 'a=1;b=2;'],
    [
      '{{#each story}}{{#if this.male}}<p>{{this.date}}</p>{{else if this.female}}<p>{{this.item}}</p>{{/if}}{{/each}}',
      {
        story: [
          { male: true, date: '9/1/2018' },
          { female: true, item: 'shoes' },
        ],
      },
      '<p>9/1/2018</p><p>shoes</p>',
    ],
    [
      '{{#each rows}}{{#each this}}{{@../index}}{{@index}} {{/each}}{{/each}}',
      { rows: [['a', 'b'], ['c']] },
      '00 01 10 ',
    ],
  ],
}

describe('what SendGrid documents of its helpers', () => {
  const all = Object.entries(cases).flatMap(([helper, list]) =>
    list.map(([template, data, text]) => ({ helper, template, data, text })),
  )

  it('has sixty cases and more', () => expect(all.length).toBeGreaterThanOrEqual(60))

  it.each(all)('$helper: $template', ({ template, data, text }) => {
    const rendering = opened({ html: template }).render({ variables: data, lenient: true })
    expect(rendering).toEqual({ rendered: { locale: 'en', subject: '', html: text } })
  })
})
