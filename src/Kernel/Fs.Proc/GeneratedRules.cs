namespace Mote.Kernel.Fs.Proc;

/// <summary>How an open generated file behaves apart from its text: where it can seek to, whether it can be waited for, what writing and mapping fail with. Each is a kind of file of Linux.</summary>
internal enum GeneratedRules
{
    /// <summary>Below /proc/PID, a sequence (fs/seq_file.c): no SEEK_END, no pwrite(2), nothing to wait for.</summary>
    Process,

    /// <summary>Below /proc/PID with generic_file_llseek.</summary>
    ProcessBuffer,

    /// <summary>mounts, mountinfo and swaps: a sequence that can be waited for.</summary>
    Mounts,

    /// <summary>Elsewhere in /proc: a sequence; readable and writable to poll(2); EIO for writes and mappings (fs/proc/inode.c).</summary>
    System,

    /// <summary>Below /proc/sys: not even root opens it against its mode; a write counts only at its start (fs/proc/proc_sysctl.c).</summary>
    Setting,

    /// <summary>In /sys: as large as a page; POLLERR and POLLPRI until it has been read (fs/kernfs/file.c).</summary>
    Attribute,
}
