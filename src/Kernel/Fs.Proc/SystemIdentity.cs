using System;

namespace Mote.Kernel.Fs.Proc;

/// <summary>What the system says it is: the words of uname(2), and numbers that must be the same whoever asks.</summary>
/// <param name="Release">The kernel's release, "6.1.0-mote".</param>
/// <param name="Version">The build, "#1 Mote 0.1.0".</param>
/// <param name="BootId">A random number (UUID text) for this start of the machine.</param>
/// <param name="NewId">Makes a random number (UUID text).</param>
public sealed record SystemIdentity(string Release, string Version, string BootId, Func<string> NewId);
