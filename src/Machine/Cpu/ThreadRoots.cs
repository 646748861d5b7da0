using System.Runtime;
using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>What a thread that does not run now keeps alive; the collector asks for one after the other.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ThreadRoots
{
    private ulong _stackPointer;
    private ulong _stackEnd;
    private void* _threadStatics;

    /// <summary>Names the next context but the current one. <paramref name="cursor"/> starts as null. Zero when there is no more.</summary>
    [RuntimeExport("MachineNextThread")]
    internal static int Next(ContextBlock** cursor, ThreadRoots* roots)
    {
        // SAFETY: blocks are never unmapped, and a stack in use is mapped from its stack pointer to its end; the pointers are the collector's locals.
        unsafe
        {
            ContextBlock* block = *cursor == null ? ContextPool.Newest : (*cursor)->Older;
            while (block != null && (block->IsInUse == 0 || block == Native.PerCpu()->Current))
            {
                block = block->Older;
            }

            if (block == null)
            {
                return 0;
            }

            *cursor = block;
            roots->_stackPointer = block->KernelRsp;
            roots->_stackEnd = block->StackHigh;
            roots->_threadStatics = block->ThreadStatics;
            return 1;
        }
    }
}
