// Parses KQL with Microsoft's own parser, @kusto/language-service-next, against given tables.
// stdin: {"library": folder of the package, "tables": {table: {column: type}}, "queries": [text]}
// stdout: [[message, ...], ...], one list for each query; empty if it parses and every name and type is right.
"use strict";

const fs = require("fs");
const path = require("path");
const vm = require("vm");

const given = JSON.parse(fs.readFileSync(0, "utf8"));
for (const file of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) {
  vm.runInThisContext(fs.readFileSync(path.join(given.library, file), "utf8"), { filename: file });
}

const symbols = Kusto.Language.Symbols;

function table(name, columns) {
  const listed = Object.entries(columns).map(([column, type]) => {
    const escaped = column.replace(/\\/g, "\\\\").replace(/'/g, "\\'");
    return `['${escaped}']: ${type}`;
  });
  return symbols.TableSymbol.From(`(${listed.join(", ")})`).WithName(name);
}

const tables = Object.entries(given.tables).map(([name, columns]) => table(name, columns));
const database = new symbols.DatabaseSymbol.$ctor1("database", tables);
const state = Kusto.Language.GlobalState.Default.WithDatabase(database);

const answers = given.queries.map((query) => {
  const found = Kusto.Language.KustoCode.ParseAndAnalyze(query, state).GetDiagnostics();
  const messages = [];
  for (let at = 0; at < found.Count; at++) {
    const one = found.getItem(at);
    if (one.Severity === "Error") messages.push(`${one.Code}: ${one.Message}`);
  }
  return messages;
});
fs.writeFileSync(1, JSON.stringify(answers));
