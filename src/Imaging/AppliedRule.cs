namespace Mote.Imaging;

/// <summary>A rule that took part in a build.</summary>
/// <param name="Name">As <c>--rule</c> takes it, with the variant if one was used.</param>
/// <param name="Description">What it does, one sentence.</param>
/// <param name="Why">What made the builder choose it.</param>
public sealed record AppliedRule(string Name, string Description, string Why);
