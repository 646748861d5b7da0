namespace Mote.Kernel.Vfs;

/// <summary>The whence of lseek(2), with its values.</summary>
public enum SeekOrigin
{
    Start = 0,
    Current = 1,
    End = 2,
    Data = 3,
    Hole = 4,
}
