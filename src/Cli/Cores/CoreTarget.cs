using System;

namespace Mote.Cli.Cores;

/// <summary>
/// Where a core file goes. Calls come one after another, on one thread; the first two throw IOException or SocketException where it
/// cannot go on.
/// </summary>
internal abstract class CoreTarget
{
    /// <summary>The next bytes.</summary>
    public abstract void Put(ReadOnlySpan<byte> bytes);

    /// <summary>So many zeros.</summary>
    public abstract void Skip(long bytes);

    /// <summary>It is whole. Throws as <see cref="Put"/> does.</summary>
    public abstract void Finish();

    /// <summary>It will not become whole.</summary>
    public abstract void Fail(string why);
}
