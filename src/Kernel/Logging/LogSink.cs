using System;

namespace Mote.Kernel.Logging;

/// <summary>A place to which log lines go as they are written.</summary>
public abstract class LogSink
{
    /// <summary>Takes one line, UTF-8 without its end. It must not block, log or fail.</summary>
    public abstract void Write(ReadOnlySpan<byte> line);
}
