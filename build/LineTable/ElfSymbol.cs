namespace Mote.LineTable;

/// <summary>An entry of .symtab.</summary>
internal readonly record struct ElfSymbol(string Name, ulong Address, ulong Size, bool IsFunction, bool IsDefined);
