namespace Mote.Kernel.Processes;

/// <summary>Where the report on a program that a fault ended goes: lines of text for the user.</summary>
public abstract class CrashSink
{
    /// <summary>One line, without its end.</summary>
    public abstract void Write(string line);
}
