namespace Mote.Compatibility;

/// <summary>A row of docs/compat/system-calls.md.</summary>
/// <param name="Number">Of x86-64.</param>
/// <param name="Name">As in its man page.</param>
/// <param name="Level">How much is there.</param>
/// <param name="Note">What is missing; empty when nothing is.</param>
public sealed record SystemCallSupport(int Number, string Name, SupportLevel Level, string Note);
