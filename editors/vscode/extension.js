"use strict";
// Starts `archspec lsp` once a spec or a recipe is open, and leaves every other YAML file alone.

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const LOOKED_AT = 4096; // characters in which a document says what it is
const DECLARATION = /^\s*\{?\s*["']?(archspec|recipe)["']?[ \t]*:/m;

let client;

function isOurs(document) {
  if (document.languageId !== "yaml") return false;
  const end = document.positionAt(LOOKED_AT);
  return DECLARATION.test(document.getText(new vscode.Range(new vscode.Position(0, 0), end)));
}

async function start() {
  const [command, ...args] = vscode.workspace.getConfiguration("archspec").get("command");
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.yaml");
  client = new LanguageClient(
    "archspec",
    "archspec",
    { command, args },
    {
      documentSelector: [{ language: "yaml", scheme: "file" }],
      synchronize: { fileEvents: watcher },
    },
  );
  try {
    await client.start();
  } catch (error) {
    const help = "install it with pip, or set archspec.command";
    vscode.window.showErrorMessage(`${command} could not be started (${error.message}): ${help}`);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running && running.isRunning()) await running.stop();
}

function startFor(document) {
  if (!client && isOurs(document)) start();
}

function activate(context) {
  context.subscriptions.push(
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidChangeTextDocument((change) => startFor(change.document)),
    vscode.commands.registerCommand("archspec.restart", async () => {
      await stop();
      await start();
    }),
  );
  vscode.workspace.textDocuments.forEach(startFor);
}

module.exports = { activate, deactivate: stop };
