import * as config from './before-config.js';

await config.set('hostname', 'alpha');
console.log(await config.get('hostname'));
