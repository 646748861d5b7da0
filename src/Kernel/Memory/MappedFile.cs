namespace Mote.Kernel.Memory;

/// <summary>What a mapping keeps of the file it shows: a name for /proc, and the file itself as long as an area refers to it.</summary>
public abstract class MappedFile
{
    /// <summary>An area more refers to the file.</summary>
    public abstract void AddReference();

    /// <summary>An area less.</summary>
    public abstract void Release();
}
