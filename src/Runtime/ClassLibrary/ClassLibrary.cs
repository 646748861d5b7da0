using System.Runtime;

namespace Mote.Runtime;

/// <summary>The functions of the class library that it hands out to itself by number through the runtime
/// (ClassLibFunctionId), because in the stock runtime several class libraries may live side by side.</summary>
// SAFETY: hands out code addresses of methods that have the signatures the class library calls them with.
internal static unsafe class ClassLibrary
{
    private const int GetRuntimeException = 0;
    private const int FailFast = 1;

    [RuntimeExport("RhpGetClasslibFunctionFromCodeAddress")]
    public static void* FunctionFromCodeAddress(void* address, int id) => Function(id);

    [RuntimeExport("RhpGetClasslibFunctionFromEEType")]
    public static void* FunctionFromType(MethodTable* type, int id) => Function(id);

    // The class library's own fail-fast formats text and writes it to a console, which a kernel does not have. Its own
    // way to make an exception needs its reflection part.
    private static void* Function(int id) => id switch
    {
        GetRuntimeException => (delegate*<int, void*>)&NullWasThrown,
        FailFast => (delegate*<int, void*, void*, void*, void>)&FailFastByClassLibrary,
        _ => null,
    };

    private static void FailFastByClassLibrary(int reason, void* exception, void* address, void* context)
        => Panic.Unhandled(exception);

    // Without that part the library throws null where a cast or an array store fails, and asks here for something better:
    // the stack says which it was. Such failures cannot be caught.
    private static void* NullWasThrown(int id)
    {
        Panic.InFlight("a failed cast or array store, or a null that was thrown"u8);
        return null;
    }
}
