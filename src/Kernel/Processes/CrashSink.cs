using System;
using System.Text;

namespace Mote.Kernel.Processes;

/// <summary>Where the report on a program that a fault ended goes: lines of text for the user.</summary>
public abstract class CrashSink
{
    /// <summary>One line of UTF-8, without its end. Allocates nothing and is the first to use no class: there may be no memory.</summary>
    public abstract void Write(ReadOnlySpan<byte> line);

    /// <summary>One line, without its end.</summary>
    public void Write(string line) => Write(Encoding.UTF8.GetBytes(line));
}
