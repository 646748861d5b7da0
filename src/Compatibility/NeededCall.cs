namespace Mote.Compatibility;

/// <summary>A system call that a program can reach.</summary>
/// <param name="Support">What the kernel has of it.</param>
/// <param name="By">The function that makes it, its file, and from which file that is reached.</param>
/// <param name="IsAskedFor">The program or one of its libraries calls for it; otherwise it lies deep inside another library, such as the C library's look-up of names, which few programs get to.</param>
public sealed record NeededCall(SystemCallSupport Support, string By, bool IsAskedFor)
{
    /// <summary>Why programs do without it where it is missing; null when they may not.</summary>
    public string? DoneWithout => DispensableCalls.ReasonFor(Support.Name);

    /// <summary>Whether the program may depend on it and the kernel lacks it.</summary>
    public bool IsMissed => Support.Level == SupportLevel.No && IsAskedFor && DoneWithout is null;
}
