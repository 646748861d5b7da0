using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>The functions of the class library that it hands out to itself by number through the runtime
/// (ClassLibFunctionId), because in the stock runtime several class libraries may live side by side.</summary>
internal static unsafe class ClassLibrary
{
    private const int GetRuntimeException = 0;
    private const int FailFast = 1;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "GetRuntimeException")]
    private static extern void* CreateRuntimeException(int id);

    [RuntimeExport("RhpGetClasslibFunctionFromCodeAddress")]
    public static void* FunctionFromCodeAddress(void* address, int id) => Function(id);

    [RuntimeExport("RhpGetClasslibFunctionFromEEType")]
    public static void* FunctionFromType(MethodTable* type, int id) => Function(id);

    // The class library's own fail-fast formats text and writes it to a console, which a kernel does not have; both
    // that and the exceptions that it refuses to make without reflection end in our panic path.
    private static void* Function(int id) => id switch
    {
        GetRuntimeException => (delegate*<int, void*>)&GetExceptionOrPanic,
        FailFast => (delegate*<int, void*, void*, void*, void>)&FailFastByClassLibrary,
        _ => null,
    };

    private static void FailFastByClassLibrary(int reason, void* exception, void* address, void* context)
        => Panic.Unhandled(exception);

    // SAFETY: the class library calls this with one of its ExceptionIDs and takes an exception object back.
    private static void* GetExceptionOrPanic(int id)
    {
        void* exception = CreateRuntimeException(id);
        if (exception == null)
        {
            Panic.Unmakeable(id);
        }

        return exception;
    }
}
