using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Processes;
using Mote.Kernel.Syscalls.Ipc;
using Mote.Kernel.Syscalls.Sockets;
using Mote.Kernel.Tasks;
using Mote.Kernel.Time;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>What the file families work on.</summary>
public sealed class FileServices(FileTree tree, MemoryFiles memoryFiles, Scheduler scheduler, WallClock wallClock, SocketSystem sockets)
{
    public FileTree Tree { get; } = tree;

    public MemoryFiles MemoryFiles { get; } = memoryFiles;

    public Scheduler Scheduler { get; } = scheduler;

    public WallClock WallClock { get; } = wallClock;

    /// <summary>The objects of System V IPC.</summary>
    public IpcListing Ipc => IpcTables;

    internal IpcTables IpcTables { get; } = new();

    /// <summary>Adds all file families to the table.</summary>
    public void AddTo(SyscallTable table)
    {
        new ReadWriteCalls(this).AddTo(table);
        new OpenCalls(this).AddTo(table);
        new DescriptorCalls(this).AddTo(table);
        new NameCalls(this).AddTo(table);
        new StatusCalls(this).AddTo(table);
        new AttributeCalls(this).AddTo(table);
        new DirectoryCalls(this).AddTo(table);
        new CopyCalls(this).AddTo(table);
        new SyncCalls(this).AddTo(table);
        new EventCalls(this).AddTo(table);
        new InotifyCalls(this).AddTo(table);
        new HandleCalls(this).AddTo(table);
        new FileSystemCalls(this).AddTo(table);
        new SharedMemoryCalls(this).AddTo(table);
        new SemaphoreCalls(this).AddTo(table);
        new MessageCalls(this).AddTo(table);
        new EpollCalls(this).AddTo(table);
        new PollCalls(this).AddTo(table);
        new SelectCalls(this).AddTo(table);
        new SocketCalls(this, sockets).AddTo(table);
    }
}
