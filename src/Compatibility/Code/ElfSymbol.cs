namespace Mote.Compatibility.Code;

/// <summary>A symbol of an ELF file (elf(5), Elf64_Sym) that is defined in it.</summary>
internal readonly record struct ElfSymbol(string Name, ulong Address, ulong Size, bool IsFunction, bool IsExported);
