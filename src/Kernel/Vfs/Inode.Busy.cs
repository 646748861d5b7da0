namespace Mote.Kernel.Vfs;

// Who writes to a file and who runs it: never both (ETXTBSY in open(2), truncate(2), execve(2)).
public abstract partial class Inode
{
    private int _writers;
    private int _runners;

    /// <summary>Whether some open description of the file can write to it.</summary>
    public bool HasWriters => _writers > 0;

    /// <summary>Whether a process runs the file.</summary>
    public bool IsRunning => _runners > 0;

    /// <summary>A process runs the file from now on. The caller has seen that nobody writes to it.</summary>
    public void AddRunner() => _runners++;

    public void RemoveRunner() => _runners--;

    internal void AddWriter() => _writers++;

    internal void RemoveWriter() => _writers--;
}
