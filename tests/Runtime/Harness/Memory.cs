using System;
using System.Buffers.Binary;

namespace Mote.Harness;

/// <summary>Copies and fills of all lengths and overlaps, spans, large objects.</summary>
internal static class Memory
{
#pragma warning disable CS0649 // It is its size that matters.
    private struct Large
    {
        public long A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q;
    }

    private static Large Pass(Large value)
    {
        value.Q += value.A;
        return value;
    }

    private static int Mismatches()
    {
        int mismatches = 0;
        byte[] actual = new byte[700];
        byte[] expected = new byte[700];
        for (int length = 0; length < 300; length = length < 140 ? length + 1 : length + 13)
        {
            for (int distance = -70; distance <= 70; distance += 7)
            {
                for (int i = 0; i < actual.Length; i++)
                {
                    actual[i] = expected[i] = (byte)(i * 7);
                }

                const int Source = 200;
                byte[] copy = expected.AsSpan(Source, length).ToArray();
                for (int i = 0; i < length; i++)
                {
                    expected[Source + distance + i] = copy[i];
                }

                actual.AsSpan(Source, length).CopyTo(actual.AsSpan(Source + distance));
                mismatches += actual.AsSpan().SequenceEqual(expected) ? 0 : 1;
            }

            actual.AsSpan(100, length).Fill(0xa5);
            mismatches += actual.AsSpan(100, length).IndexOfAnyExcept((byte)0xa5) < 0 && actual[99] != 0xa5 && actual[100 + length] != 0xa5 ? 0 : 1;
        }

        return mismatches;
    }

    public static void Run()
    {
        Output.Line($"mismatches {Mismatches()}");
        byte[] big = new byte[5_000_000];
        big.AsSpan().Fill(3);
        byte[] copy = (byte[])big.Clone();
        copy.AsSpan(1, 4_999_998).CopyTo(copy.AsSpan(2));
        copy.AsSpan(100, 3_000_000).Clear();
        long sum = 0;
        foreach (byte value in copy)
        {
            sum += value;
        }

        Output.Line($"large {sum} {copy.Length}");
        Span<byte> buffer = stackalloc byte[20_000];
        buffer.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(buffer[3..], 0x0102030405060708);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[19_000..], -5);
        Output.Line($"buffer {BinaryPrimitives.ReadUInt32LittleEndian(buffer[5..]):x} {BinaryPrimitives.ReadInt32LittleEndian(buffer[19_000..])}");
        Large large = Pass(Pass(new Large { A = 5, Q = 1, H = 9 }));
        Large[] array = [large, default, large];
        Array.Reverse(array);
        Output.Line($"struct {large.Q} {large.H} {array[2].Q} {array[1].Q}");
        string[] strings = ["a", "b", "c", "d"];
        Array.Copy(strings, 0, strings, 1, 3);
        Array.Resize(ref strings, 6);
        Output.Line($"references {string.Join("", strings)} {strings.Length} {Array.IndexOf(strings, "c")}");
        int objects = 0;
        for (int i = 0; i < 100_000; i++)
        {
            objects += new object[i % 10].Length;
        }

        Output.Line($"garbage {objects}");
    }
}
