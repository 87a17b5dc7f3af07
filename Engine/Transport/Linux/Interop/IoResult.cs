// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Interop;

/// <summary>Outcome of one non-blocking system call: a count, or an error number. A value, so that a full buffer or a reset peer never allocates.</summary>
internal readonly record struct IoResult
{
    private readonly int _value;

    private IoResult(int value) => _value = value;

    public bool Failed => _value < 0;

    /// <summary>Bytes moved, or a new descriptor; only when not failed.</summary>
    public int Value => _value;

    /// <summary>The error number; 0 when not failed.</summary>
    public int Error => _value < 0 ? -_value : 0;

    public bool WouldBlock => _value == -Errno.EAGAIN;

    public static IoResult Success(int value) => new(value);

    public static IoResult Failure(int errno) => new(-errno);
}
