export default 'goodbye';
