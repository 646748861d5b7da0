using System;
using System.Collections.Generic;

namespace Mote.Harness;

internal static class Generics
{
    private interface IShape<TSelf>
        where TSelf : IShape<TSelf>
    {
        static abstract string Name { get; }

        double Area { get; }

        string Describe() => $"{TSelf.Name} of {Area}";
    }

    private readonly record struct Square(double Side) : IShape<Square>
    {
        public static string Name => "square";

        public double Area => Side * Side;
    }

    private sealed class Circle(double radius) : IShape<Circle>
    {
        public static string Name => "circle";

        public double Area => radius * 2;

        public string Describe() => "round " + Area;
    }

    private sealed class Box<T>
    {
        private static int s_made;

        public Box(T value)
        {
            Value = value;
            s_made++;
        }

        public static int Made => s_made;

        public T Value { get; }

        public Box<TResult> Map<TResult>(Func<T, TResult> function) => new(function(Value));
    }

    private static string Describe<T>(T shape)
        where T : IShape<T> => shape.Describe();

    private static T Largest<T>(IEnumerable<T> values)
        where T : IComparable<T>
    {
        bool any = false;
        T result = default!;
        foreach (T value in values)
        {
            if (!any || value.CompareTo(result) > 0)
            {
                (any, result) = (true, value);
            }
        }

        return result;
    }

    private static T Sum<T>(ReadOnlySpan<T> values)
        where T : System.Numerics.INumber<T>
    {
        T sum = T.Zero;
        foreach (T value in values)
        {
            sum += value;
        }

        return sum;
    }

    public static void Run()
    {
        Output.Line($"shapes {Describe(new Square(3))}, {Describe(new Circle(4))}");
        Box<string> text = new Box<int>(21).Map(value => value * 2).Map(value => "is " + value);
        Output.Line($"boxes {text.Value} {Box<int>.Made} {Box<string>.Made} {Box<object>.Made}");
        Output.Line($"largest {Largest([3, 9, 4])} {Largest(["b", "a"])} {Largest(new List<double> { 1.5, 0.5 })}");
        Output.Line($"sums {Sum<int>([1, 2, 3])} {Sum<double>([0.5, 0.25])} {Sum<byte>([1, 2])}");

        IEnumerable<object> objects = new List<string> { "co", "variance" };
        Action<string> contra = new Action<object>(value => Output.Line("contra " + value));
        contra("variance");
        (int Count, string First) pair = (0, "");
        foreach (object value in objects)
        {
            pair = (pair.Count + 1, pair.First + value);
        }

        Output.Line($"tuple {pair.Count} {pair.First} {pair == (2, "covariance")}");
        int? nothing = null;
        int? seven = 7;
        Output.Line($"nullable {nothing.HasValue} {seven + 1} {nothing ?? 3} {(object?)nothing == null} {((object?)seven)!.Equals(7)}");
    }
}
