// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Model;

/// <summary>One step of a schedule: what is done, and two numbers to do it with. A byte each.</summary>
internal readonly record struct ModelStep(int Action, int First, int Second)
{
    public static ModelStep Read(int step) => new((step >> 16) & 0xFF, (step >> 8) & 0xFF, step & 0xFF);

    public int Write() => (Action << 16) | (First << 8) | Second;

    /// <summary>One of several, by the first number.</summary>
    public T OfFirst<T>(params ReadOnlySpan<T> values) => values[First % values.Length];

    /// <summary>One of several, by the second number.</summary>
    public T OfSecond<T>(params ReadOnlySpan<T> values) => values[Second % values.Length];
}
