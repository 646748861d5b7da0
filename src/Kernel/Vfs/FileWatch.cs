using Mote.Kernel.Tasks;

namespace Mote.Kernel.Vfs;

/// <summary>A lasting interest in a file's readiness, which ends with the file.</summary>
internal abstract class FileWatch : Waiter
{
    internal FileWatch? NextWatch { get; set; }

    internal FileWatch? PreviousWatch { get; set; }

    /// <summary>The file was closed; the watch removes itself from the file's list.</summary>
    internal abstract void FileClosed();
}
