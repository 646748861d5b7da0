using System;
using System.Collections.Generic;

namespace Mote.Imaging;

/// <summary>What <c>mote inspect</c> shows of an image.</summary>
public sealed record ImageReport
{
    public required ImageConfig Config { get; init; }

    public required IReadOnlyList<AppliedRule> Rules { get; init; }

    /// <summary>The image's contents by reason, largest first.</summary>
    public required IReadOnlyList<ReportGroup> Groups { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Sum of the files' lengths in bytes.</summary>
    public required long ContentBytes { get; init; }

    /// <summary>Length of root.erofs in bytes.</summary>
    public required long RootImageBytes { get; init; }

    /// <summary>Describes an opened image.</summary>
    public static ImageReport Describe(MachineImage image) => throw new NotImplementedException();
}
