namespace Mote.LineTable;

/// <summary>From this address on, code stems from this line.</summary>
internal readonly record struct LineRow(ulong Address, string File, int Line);
