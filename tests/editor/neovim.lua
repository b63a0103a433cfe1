-- What Neovim shows of a spec: its diagnostics, before and after an edit, and what hovers on a step.
-- arguments: the file, and the command of the server

local function waited(what, condition)
  if not vim.wait(tonumber(vim.env.PATIENCE) * 1000, condition, 20) then
    error("nothing came of " .. what)
  end
end

local function messages()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, { line = each.lnum + 1, code = each.code, message = each.message })
  end
  return found
end

local function run()
  local file, command = arg[1], { unpack(arg, 2) }
  vim.cmd("edit " .. vim.fn.fnameescape(file))
  local id = vim.lsp.start_client({ cmd = command, root_dir = vim.fn.fnamemodify(file, ":h") })
  vim.lsp.buf_attach_client(0, id)
  local shown = { filetype = vim.bo.filetype }
  waited("a broken spec", function() return #vim.diagnostic.get(0) > 0 end)
  shown.before = messages()
  vim.cmd("%s/cnov/conv/")
  waited("the edit", function() return #vim.diagnostic.get(0) == 0 end)
  shown.after = messages()
  vim.cmd("call search('conv')")
  local asked = vim.lsp.util.make_position_params()
  local answers = vim.lsp.buf_request_sync(0, "textDocument/hover", asked, 60000)
  shown.hover = answers[id].result.contents.value
  io.stdout:write(vim.fn.json_encode(shown))
  vim.lsp.stop_client(id)
end

local fine, trouble = pcall(run)
if not fine then
  io.stderr:write(tostring(trouble))
  vim.cmd("cquit")
end
vim.cmd("qall!")
