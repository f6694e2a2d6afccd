// Used by `npm run migration`, which fetches drizzle-kit for the moment: it is 40 MB that nobody needs to run Wilco.
export default { dialect: 'postgresql', schema: './src/db/tables/*.ts', out: './drizzle', schemaFilter: ['wilco'] };
