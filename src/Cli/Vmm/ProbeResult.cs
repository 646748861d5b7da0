using System;

namespace Mote.Cli.Vmm;

/// <summary>What a probe boot showed.</summary>
/// <param name="Works">The guest got to its end.</param>
/// <param name="Text">What happened, for the user.</param>
/// <param name="Took">From the start of QEMU to its end.</param>
internal sealed record ProbeResult(bool Works, string Text, TimeSpan Took);
