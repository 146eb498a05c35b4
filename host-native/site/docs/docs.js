// The reference, made from /openapi.json; "try it" talks to this server with the token you give, and to nobody else.
window.ui = window.SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  syntaxHighlight: { activated: true, theme: 'agate' },
  presets: [window.SwaggerUIBundle.presets.apis],
});
