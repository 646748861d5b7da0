namespace Mote.Compatibility;

/// <summary>A path or library that the data of a program names.</summary>
/// <param name="Name">As it stands there.</param>
/// <param name="In">The file that names it.</param>
/// <param name="IsThere">Whether the machine has it.</param>
public sealed record MentionedName(string Name, string In, bool IsThere);
