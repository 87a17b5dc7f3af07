// SPDX-License-Identifier: MIT
using System.Security.Authentication;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Reads from a backend that may do anything: send for ever, stop in the middle, reset.</summary>
internal sealed class BoundedReader(Stream stream)
{
    /// <summary>As much of an answer as is looked at.</summary>
    public const int MostBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[MostBytes];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Sends, then reads until it is enough. The token ends it after the time that is left.</summary>
    public async Task<ReadEnd> ExchangeAsync(ReadOnlyMemory<byte> request, Func<BoundedReader, bool> isEnough, CancellationToken timeOver)
    {
        try
        {
            if (request.Length > 0)
            {
                await stream.WriteAsync(request, timeOver).ConfigureAwait(false);
            }

            while (_length < MostBytes && !isEnough(this))
            {
                int count = await stream.ReadAsync(_buffer.AsMemory(_length), timeOver).ConfigureAwait(false);
                if (count == 0)
                {
                    return ReadEnd.Closed;
                }

                _length += count;
            }

            return ReadEnd.Enough;
        }
        catch (OperationCanceledException)
        {
            return ReadEnd.TimeOver;
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            return ReadEnd.Reset;
        }
    }
}
