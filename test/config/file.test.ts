import { describe, expect, it } from '@jest/globals';
import { unwritable } from '../../src/config/file.ts';

describe('a file that cannot be written', () => {
  it.each([
    ['ENOSPC', 'DiskFull', 'Free space on that disk, then try again.'],
    ['EDQUOT', 'DiskFull', 'Free space on that disk, then try again.'],
    ['EROFS', 'InvalidConfiguration', 'Make its folder writable, or name another file with --config.'],
    ['EBUSY', 'InvalidConfiguration', 'Mount its folder instead, or change the file where it comes from.'],
  ])('because of %s says what to do', (code, name, hint) => {
    const error = unwritable('/etc/ghw.yaml', Object.assign(new Error('system words'), { code }));

    expect(error).toMatchObject({ name, hint, message: expect.stringMatching(/^\/etc\/ghw.yaml cannot be written: /) });
    expect(error.message).not.toContain('system words');
  });
});
