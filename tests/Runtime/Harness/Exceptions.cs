using System;
using System.Collections.Generic;

namespace Mote.Harness;

/// <summary>Exceptions of all shapes.</summary>
internal static class Exceptions
{
    private sealed class CustomException(string message, int code, Exception? inner = null) : Exception(message, inner)
    {
        public int Code => code;
    }

    private sealed class Resource(string name) : IDisposable
    {
        public void Dispose() => Output.Line("dispose " + name);
    }

    private static int s_depth;

    private static void Throw(string message) => throw new InvalidOperationException(message);

    private static bool Filter(string text, bool result)
    {
        Output.Line("filter " + text);
        return result;
    }

    private static int Finally(int value)
    {
        int local = value;
        try
        {
            if (value > 2)
            {
                Throw("value " + value);
            }

            return local;
        }
        catch (InvalidOperationException error) when (error.Message.EndsWith('3'))
        {
            local += 100;
            return local;
        }
        finally
        {
            local++;
            Output.Line($"finally {value} {local}");
        }
    }

    private static void Nested()
    {
        try
        {
            try
            {
                Throw("inner");
            }
            finally
            {
                Output.Line("inner finally");
                try
                {
                    Throw("inside finally");
                }
                catch (InvalidOperationException error)
                {
                    Output.Line("caught " + error.Message);
                }
            }
        }
        catch (InvalidOperationException error)
        {
            Output.Line("then " + error.Message);
            try
            {
                throw new CustomException("second", 2, error);
            }
            catch (CustomException second) when (Filter("second", second.Code == 2))
            {
                Output.Line($"inner exception {second.InnerException!.Message}");
            }
        }
    }

    private static void Rethrow()
    {
        try
        {
            try
            {
                Throw("again");
            }
            catch (InvalidOperationException)
            {
                Output.Line("rethrowing");
                throw;
            }
            finally
            {
                Output.Line("finally of rethrow");
            }
        }
        catch (Exception error) when (Filter("no", false) || Filter("yes", true))
        {
            Output.Line("rethrown " + error.Message);
        }
    }

    // An exception in a finally block replaces the one that is on its way.
    private static void Replace()
    {
        try
        {
            try
            {
                Throw("lost");
            }
            finally
            {
                throw new CustomException("replacement", 7);
            }
        }
        catch (CustomException error)
        {
            Output.Line($"replaced {error.Message} {error.Code}");
        }
    }

    private static void FilterThrows()
    {
        try
        {
            Throw("outer");
        }
        catch (InvalidOperationException) when (int.Parse("not a number") > 0)
        {
            Output.Line("never");
        }
        catch (InvalidOperationException error)
        {
            Output.Line("a filter that throws is false: " + error.Message);
        }
    }

    private static int Recurse(int depth)
    {
        if (depth == 0)
        {
            Throw("deep");
        }

        try
        {
            return Recurse(depth - 1) + 1;
        }
        finally
        {
            s_depth++;
        }
    }

    private static IEnumerable<int> Generate()
    {
        try
        {
            yield return 1;
            Throw("in iterator");
            yield return 2;
        }
        finally
        {
            Output.Line("iterator finally");
        }
    }

    private static string Catch(Action action)
    {
        try
        {
            action();
            return "nothing";
        }
        catch (IndexOutOfRangeException)
        {
            return "index";
        }
        catch (OverflowException)
        {
            return "overflow";
        }
        catch (ArgumentException error)
        {
            return "argument " + error.ParamName;
        }
        catch (Exception error) when (error is FormatException or KeyNotFoundException)
        {
            return "format or key";
        }
    }

    // Locals that live in registers across a try block must be seen by the code after the handler.
    private static long Registers(int a, int b, int c, int d, int e, int f, int g)
    {
        long sum = 0;
        for (int i = 0; i < 10; i++)
        {
            a += b;
            b ^= c;
            c += d;
            d -= e;
            try
            {
                e += i;
                if (i % 3 == 1)
                {
                    Throw("loop");
                }

                f += 2;
            }
            catch (InvalidOperationException)
            {
                g += i;
            }
            finally
            {
                f += g;
            }

            sum += a + b + c + d + e + f + g;
        }

        return sum;
    }

    public static void Run()
    {
        Output.Line($"values {Finally(1)} {Finally(3)}");
        try
        {
            Finally(4);
        }
        catch (InvalidOperationException error)
        {
            Output.Line("escaped " + error.Message);
        }

        Nested();
        Rethrow();
        try
        {
            Replace();
        }
        catch (InvalidOperationException)
        {
            Output.Line("never, but without this handler the first pass would find none");
        }

        FilterThrows();
        try
        {
            Recurse(200);
        }
        catch (InvalidOperationException error)
        {
            Output.Line($"recursion {error.Message} {s_depth}");
        }

        try
        {
            using Resource outer = new("outer");
            using Resource inner = new("inner");
            foreach (int number in Generate())
            {
                Output.Line("generated " + number);
            }
        }
        catch (InvalidOperationException error)
        {
            Output.Line("stopped " + error.Message);
        }

        int[] array = new int[3];
        int zero = array[0];
        Output.Line(Catch(() => array[zero + 3] = 1));
        Output.Line(Catch(() => zero = checked(int.MaxValue + array.Length)));
        Output.Line(Catch(() => ArgumentNullException.ThrowIfNull((object?)null, "name")));
        Output.Line(Catch(() => new Dictionary<string, int>()["missing"]++));
        Output.Line(Catch(() => array.AsSpan(5).Clear()));
        Output.Line(Catch(() => int.Parse("12x")));
        Output.Line(Catch(() => { }));
        Output.Line($"registers {Registers(1, 2, 3, 4, 5, 6, 7)}");

        int caught = 0;
        for (int i = 0; i < 2000; i++)
        {
            try
            {
                Throw("many");
            }
            catch (InvalidOperationException)
            {
                caught++;
            }
        }

        Output.Line($"caught {caught}");
    }
}
