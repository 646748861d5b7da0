namespace Mote.Compatibility;

/// <summary>How much of something the kernel has.</summary>
public enum SupportLevel
{
    /// <summary>Not there, or refused as the note says.</summary>
    No,

    /// <summary>There, but for what the note names.</summary>
    Partly,

    /// <summary>There.</summary>
    Yes,
}
