namespace Mote.Kernel.Vfs;

/// <summary>The wall clock that stamps files; the kernel's assembler connects it to the real one.</summary>
public abstract class FileClock
{
    public abstract FileTime Now { get; }
}
