import * as config from './after-config.js';

await config.set('hostname', 'alpha');
console.log(await config.get('hostname'));
