// Methods that ilc insists on finding in the core library. The runtime is written so that none of them is
// reached, except the block copies and fills, which RyuJIT emits for large structs.

namespace Internal.Runtime.CompilerHelpers
{
    internal static class StartupCodeHelpers { }

    internal static class ThrowHelpers
    {
        private static void Fail() => Mote.Runtime.Panic.Fail("a failed check inside the runtime"u8);

        public static void ThrowFeatureBodyRemoved() => Fail();
        public static void ThrowIndexOutOfRangeException() => Fail();
        public static void ThrowOverflowException() => Fail();
        public static void ThrowDivideByZeroException() => Fail();
        public static void ThrowNullReferenceException() => Fail();
        public static void ThrowPlatformNotSupportedException() => Fail();
    }
}

namespace System
{
    internal static unsafe class Buffer
    {
        internal static void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint bytes)
            => SpanHelpers.Memmove(ref destination, ref source, bytes);
    }

    internal static unsafe class SpanHelpers
    {
        public static void Memmove(ref byte destination, ref byte source, nuint bytes)
        {
            // SAFETY: the references come from the compiler, which asks for a copy of a value that it owns.
            fixed (byte* to = &destination, from = &source)
            {
                Mote.Runtime.Block.Move(to, from, bytes);
            }
        }

        public static void Fill(ref byte destination, byte value, nuint bytes)
        {
            // SAFETY: as above.
            fixed (byte* to = &destination)
            {
                Mote.Runtime.Block.Fill(to, value, bytes);
            }
        }

        public static void ClearWithoutReferences(ref byte destination, nuint bytes) => Fill(ref destination, 0, bytes);
    }
}

namespace System.Runtime
{
    internal static class TypeCast
    {
        // This runtime has no object to cast.
        public static unsafe object CheckCastAny(Mote.Runtime.MethodTable* type, object value) => value;
        public static unsafe object CheckCastInterface(Mote.Runtime.MethodTable* type, object value) => value;
        public static unsafe object CheckCastClass(Mote.Runtime.MethodTable* type, object value) => value;
        public static unsafe object CheckCastClassSpecial(Mote.Runtime.MethodTable* type, object value) => value;
        public static unsafe object IsInstanceOfAny(Mote.Runtime.MethodTable* type, object value) => value;
        public static unsafe object IsInstanceOfInterface(Mote.Runtime.MethodTable* type, object value) => value;
        public static unsafe object IsInstanceOfClass(Mote.Runtime.MethodTable* type, object value) => value;
        public static unsafe bool IsInstanceOfException(Mote.Runtime.MethodTable* type, object value) => false;
    }
}

namespace System.Runtime.InteropServices
{
    internal interface IDynamicInterfaceCastable
    {
        // ilc looks the name up; nothing implements it.
        static unsafe Mote.Runtime.MethodTable* GetDynamicInterfaceImplementation(IDynamicInterfaceCastable instance, Mote.Runtime.MethodTable* type, ushort slot) => null;
    }
}
