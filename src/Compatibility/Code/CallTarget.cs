namespace Mote.Compatibility.Code;

/// <summary>A function that code refers to: by name in some other file, or by its address in the same one.</summary>
/// <param name="Import">The name, or null.</param>
/// <param name="Address">The address in the same file, when there is no name.</param>
internal readonly record struct CallTarget(string? Import, ulong Address);
