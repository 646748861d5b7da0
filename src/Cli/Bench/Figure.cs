namespace Mote.Cli.Bench;

/// <summary>A measured figure and how it was taken.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Value">With its unit.</param>
/// <param name="Target">What is to be reached, or empty.</param>
/// <param name="Reached">Whether it is; <c>null</c> without a target.</param>
/// <param name="How">How it was taken, so that somebody else can repeat it.</param>
internal sealed record Figure(string Name, string Value, string Target, bool? Reached, string How);
