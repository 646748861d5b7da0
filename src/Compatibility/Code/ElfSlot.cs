namespace Mote.Compatibility.Code;

/// <summary>A word of data that the loader fills: with the address of an import, or with an address in the same file.</summary>
/// <param name="Import">The symbol's name, or null.</param>
/// <param name="Target">The address in this file; 0 for an import.</param>
internal readonly record struct ElfSlot(string? Import, ulong Target);
