"""Prints a Wireshark dissector in Lua from the message table: `petard-server replay wire --lua OUT`.

Rule 1: the fields come from the type hints of the messages (shared/protocol/schema.py), so no field is named twice.
Rule 2: every number, text and flag is a typed field that can be filtered, also inside records and arrays, such as
        `petard.roster.seats.ping > 100` or `petard.delta.players.x`.
Rule 3: what is no message of ours is an expert item and never an error of the script.
"""

import dataclasses
import re
from collections.abc import Iterable
from enum import IntEnum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from petard.server.devtools.pcapng import SERVER_PORT
from petard.shared.protocol.messages import MESSAGES
from petard.shared.protocol.named_rules import NamedRules
from petard.shared.protocol.schema import FlatTables
from petard.shared.protocol.snapshot import COLUMNS
from petard.shared.protocol.state import WIRE_COLUMNS, WIRE_TABLES
from petard.shared.rules.ruleset import Length, Range, RuleSet

_COLUMNS = {**COLUMNS, **WIRE_COLUMNS, "board": ("tile",)}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def filter_name(name: str) -> str:
    """Return the name of a message as Wireshark's filters have it.

    >>> filter_name("MapVote")
    'map_vote'
    """
    return _WORD.sub("_", name).lower()


def dissector() -> str:
    """Return the whole script."""
    messages = "".join(
        f'  [{number}] = {{name = "{kind.__name__}", path = "{filter_name(kind.__name__)}", '
        f"fields = {_fields(kind, kind.__name__ == 'Delta')}}},\n"
        for number, kind in MESSAGES.items()
    )
    return _SCRIPT.replace("@MESSAGES@", messages).replace("@PORT@", str(SERVER_PORT))


def _fields(kind: Any, is_delta: bool = False) -> str:
    hints = get_type_hints(kind, include_extras=True)
    return _table(f'{{"{one.name}", {_shape(hints[one.name], is_delta)}}}' for one in dataclasses.fields(kind))


def _shape(hint: Any, is_delta: bool = False) -> str:
    """Return what the script needs to know of a type hint, as a Lua table."""
    base, mark = get_args(hint) if get_origin(hint) is Annotated else (hint, None)
    match mark:
        case Range(low, high):
            size = "64" if high >= 2**32 or low < -(2**31) else "32"
            return f'{{type = "{"int" if low < 0 else "uint"}{size}"}}'
        case Length():
            return f"{{many = {_shape(get_args(base)[0])}}}"
        case FlatTables():
            names = _table(_table_shape(number, name) for number, name in enumerate(WIRE_TABLES))
            return f"{{tables = {names}, is_delta = {str(is_delta).lower()}}}"
    if base is RuleSet:
        base = NamedRules
    if base is bool:
        return '{type = "bool"}'
    if isinstance(base, type) and issubclass(base, IntEnum):
        values = _table(f'[{member.value}] = "{member.name.lower()}"' for member in base)
        return f'{{type = "uint32", values = {values}}}'
    if dataclasses.is_dataclass(base):
        return f"{{record = {_fields(base)}}}"
    return '{type = "string"}' if base is str else '{type = "uint32"}'


def _table_shape(number: int, name: str) -> str:
    columns = ", ".join(f'"{column}"' for column in _COLUMNS[name])
    return f'[{number}] = {{"{name}", {{{columns}}}}}'


def _table(items: Iterable[str]) -> str:
    return "{" + ", ".join(items) + "}"


_SCRIPT = r"""-- The protocol of Petard, for Wireshark and tshark. Printed by `petard-server replay wire --lua OUT`.
-- Put it into the folder of personal plugins, or: tshark -X lua_script:OUT -r FILE.pcapng
local petard = Proto("petard", "Petard")
local MESSAGES = {
@MESSAGES@}
local length = ProtoField.uint32("petard.length", "length", base.DEC)
local number = ProtoField.uint8("petard.number", "number", base.DEC)
local name = ProtoField.string("petard.message", "message")
local all, fields = {length, number, name}, {}

local function declare(path, label, kind, values)
  if fields[path] then return end
  if kind == "string" then fields[path] = ProtoField.string(path, label)
  elseif kind == "bool" then fields[path] = ProtoField.bool(path, label)
  else fields[path] = ProtoField[kind](path, label, base.DEC, values) end
  all[#all + 1] = fields[path]
end
local function declare_shape(path, label, shape)
  if shape.type then declare(path, label, shape.type, shape.values)
  elseif shape.many then declare_shape(path, label, shape.many)
  elseif shape.record then
    for _, field in ipairs(shape.record) do declare_shape(path .. "." .. field[1], field[1], field[2]) end
  else
    local message = path:gsub("%.tables$", "")
    for _, one in pairs(shape.tables) do
      declare(message .. "." .. one[1] .. ".key", "key", "int64")
      if shape.is_delta then declare(message .. "." .. one[1] .. ".removed", "removed", "int64") end
      for _, column in ipairs(one[2]) do declare(message .. "." .. one[1] .. "." .. column, column, "int64") end
    end
  end
end
for _, message in pairs(MESSAGES) do
  for _, field in ipairs(message.fields) do
    declare_shape("petard." .. message.path .. "." .. field[1], field[1], field[2])
  end
end
petard.fields = all
local malformed = ProtoExpert.new("petard.malformed", "not a message of Petard", expert.group.MALFORMED,
                                  expert.severity.ERROR)
petard.experts = {malformed}

-- msgpack: a value is {value, first byte, size}; an array has its items at 1, 2, ... and their count in `n`.
local read
local function array(tvb, at, start, count)
  local value = {n = count, first = start}
  for place = 1, count do value[place], at = read(tvb, at) end
  value.size = at - start
  return value, at
end
local function scalar(value, start, at) return {value = value, first = start, size = at - start}, at end
local function number_of(tvb, at, size)
  if size == 8 then return tvb(at, 8):uint64() end
  return tvb(at, size):uint()
end
local function signed_of(tvb, at, size)
  if size == 8 then return tvb(at, 8):int64() end
  return tvb(at, size):int()
end
local function text_of(tvb, at, size) return size > 0 and tvb(at, size):string(ENC_UTF_8) or "" end
read = function(tvb, at)
  local b = tvb(at, 1):uint()
  if b < 0x80 then return scalar(b, at, at + 1) elseif b >= 0xe0 then return scalar(b - 256, at, at + 1) end
  if b >= 0x90 and b < 0xa0 then return array(tvb, at + 1, at, b - 0x90) end
  if b >= 0xa0 and b < 0xc0 then return scalar(text_of(tvb, at + 1, b - 0xa0), at, at + 1 + b - 0xa0) end
  if b == 0xc2 or b == 0xc3 then return scalar(b == 0xc3, at, at + 1) end
  if b >= 0xcc and b <= 0xcf then
    local size = 2 ^ (b - 0xcc)
    return scalar(number_of(tvb, at + 1, size), at, at + 1 + size)
  end
  if b >= 0xd0 and b <= 0xd3 then
    local size = 2 ^ (b - 0xd0)
    return scalar(signed_of(tvb, at + 1, size), at, at + 1 + size)
  end
  if b == 0xd9 or b == 0xda then
    local wide = b - 0xd8
    local size = tvb(at + 1, wide):uint()
    return scalar(text_of(tvb, at + 1 + wide, size), at, at + 1 + wide + size)
  end
  if b == 0xdc or b == 0xdd then
    local wide = b == 0xdc and 2 or 4
    return array(tvb, at + 1 + wide, at, tvb(at + 1, wide):uint())
  end
  error("no type that Petard sends")
end

local function add_scalar(tvb, tree, path, item, shape)
  local value = item.value
  if type(value) == "number" and (shape.type == "int64") then value = Int64(value)
  elseif type(value) == "number" and (shape.type == "uint64") then value = UInt64(value) end
  tree:add(fields[path], tvb(item.first, item.size), value)
end
local INT = {type = "int64"}
local function add_tables(tvb, tree, path, arrays, shape)
  local message = path:gsub("%.tables$", "")
  for place = 1, arrays.n do
    local flat = arrays[place]
    local known = flat.n > 0 and shape.tables[flat[1].value] or {"table " .. (flat.n > 0 and flat[1].value or "?"), {}}
    local prefix = message .. "." .. known[1]
    local sub = tree:add(petard, tvb(flat.first, flat.size), "table " .. known[1])
    local at, columns = 2, 0
    if not shape.is_delta then columns, at = flat[2].value, 3 end
    while at <= flat.n do
      if fields[prefix .. ".key"] then add_scalar(tvb, sub, prefix .. ".key", flat[at], INT) end
      local places = {}
      if shape.is_delta then
        local mask = flat[at + 1].value
        if mask == 0 and fields[prefix .. ".removed"] then
          add_scalar(tvb, sub, prefix .. ".removed", flat[at], INT)
        end
        local bit = 1
        while mask > 0 do
          if mask % 2 == 1 then places[#places + 1] = bit end
          mask, bit = math.floor(mask / 2), bit + 1
        end
        at = at + 2
      else
        for column = 1, columns do places[column] = column end
        at = at + 1
      end
      for _, column in ipairs(places) do
        local field = known[2][column] and prefix .. "." .. known[2][column]
        if field and fields[field] then add_scalar(tvb, sub, field, flat[at], INT) end
        at = at + 1
      end
    end
  end
end
local function add(tvb, tree, path, label, item, shape)
  if shape.type then add_scalar(tvb, tree, path, item, shape) return end
  local sub = tree:add(petard, tvb(item.first, item.size), label)
  if shape.many then
    for place = 1, item.n do add(tvb, sub, path, label .. " " .. place - 1, item[place], shape.many) end
  elseif shape.record then
    for place, field in ipairs(shape.record) do
      if place <= item.n then add(tvb, sub, path .. "." .. field[1], field[1], item[place], field[2]) end
    end
  else add_tables(tvb, sub, path, item, shape) end
end

local function dissect_message(tvb, pinfo, tree)
  local sub = tree:add(petard, tvb())
  sub:add(length, tvb(0, 4))
  local body = tvb(4):tvb()
  local is_read, row = pcall(read, body, 0)
  local message = is_read and row.n and row.n > 0 and MESSAGES[row[1].value]
  if not message then
    sub:add_proto_expert_info(malformed)
    return tvb:len()
  end
  sub:append_text(", " .. message.name)
  sub:add(number, body(row[1].first, 1))
  sub:add(name, body(row[1].first, 1), message.name)
  for place, field in ipairs(message.fields) do
    local path = "petard." .. message.path .. "." .. field[1]
    if place + 1 <= row.n and not pcall(add, body, sub, path, field[1], row[place + 1], field[2]) then
      sub:add_proto_expert_info(malformed)
    end
  end
  pinfo.cols.info:append(" " .. message.name)
  return tvb:len()
end
function petard.dissector(tvb, pinfo, tree)
  pinfo.cols.protocol = "Petard"
  pinfo.cols.info:set("")
  dissect_tcp_pdus(tvb, tree, 4, function(part, _, at) return 4 + part(at, 4):uint() end, dissect_message)
  return tvb:len()
end
DissectorTable.get("tcp.port"):add(@PORT@, petard)
"""
